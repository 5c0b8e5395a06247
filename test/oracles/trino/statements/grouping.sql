@g FROM (VALUES ('a','x',1),('a','y',2),('b','x',3),('b',NULL,4)) t(d,s,v)
SELECT d, s, sum(v) $g GROUP BY «d, s¦1, 2¦ROLLUP (d, s)¦CUBE (d, s)¦GROUPING SETS ((d, s), (d), ())¦GROUPING SETS ((d), (s))¦d, ROLLUP (s)¦d»
SELECT d, s, sum(v), grouping(d, s) $g GROUP BY «ROLLUP (d, s)¦CUBE (d, s)¦GROUPING SETS ((d, s), (d), ())»
SELECT grouping(d), sum(v) $g GROUP BY d
SELECT d, sum(v) AS total $g GROUP BY d HAVING «sum(v) > 3¦total > 3¦d = 'a'¦count(*) = 2¦v > 1»
SELECT d AS dev, sum(v) $g GROUP BY «dev¦d¦1¦2¦3¦0»
SELECT upper(d), sum(v) $g GROUP BY «upper(d)¦1¦d»
SELECT d, count(*) $g GROUP BY d ORDER BY «count(*) DESC, d¦2, 1¦d DESC¦sum(v)¦v»
SELECT DISTINCT d $g
SELECT DISTINCT d, s $g ORDER BY «d, s¦v»
SELECT sum(v) $g GROUP BY ()
SELECT d $g GROUP BY ALL
SELECT d, sum(v) $g GROUP BY ALL d
SELECT d, s, count(*) $g GROUP BY DISTINCT ROLLUP (d, s), ROLLUP (d)
SELECT count(*) $g WHERE FALSE
SELECT d, count(*) $g WHERE FALSE GROUP BY d
SELECT d, array_agg(v ORDER BY v DESC) $g GROUP BY d
SELECT d, count(DISTINCT s), max(v) $g GROUP BY d
SELECT * $g GROUP BY d
SELECT v % 2, count(*) $g GROUP BY v % 2
SELECT v % 2 + 1, count(*) $g GROUP BY v % 2
SELECT CASE WHEN v > 2 THEN 'hi' ELSE 'lo' END, count(*) $g GROUP BY 1
SELECT CASE WHEN v > 2 THEN 'hi' ELSE 'lo' END AS band, count(*) $g GROUP BY band
SELECT d, s $g ORDER BY s «¦DESC¦NULLS FIRST¦DESC NULLS LAST¦ASC NULLS FIRST», v
SELECT v AS x $g ORDER BY «x DESC¦-x¦x + v¦1 DESC¦5¦y»
SELECT v $g ORDER BY v LIMIT «2¦0¦ALL¦-1¦1.5¦10»
SELECT v $g ORDER BY v OFFSET 1 «¦ROW¦ROWS» LIMIT 2
SELECT v $g ORDER BY v LIMIT 2 OFFSET 1
SELECT v $g ORDER BY v FETCH FIRST «1 ROW ONLY¦2 ROWS ONLY¦ROW ONLY»
SELECT d $g ORDER BY d FETCH FIRST 1 ROW WITH TIES
SELECT v $g ORDER BY v OFFSET 2 ROWS FETCH NEXT 1 ROW ONLY
SELECT TOP 1 v $g
