@ab (VALUES (1,'a'),(2,'b'),(NULL,'n')) l(k,x) «JOIN¦LEFT JOIN¦RIGHT JOIN¦FULL JOIN¦INNER JOIN¦LEFT OUTER JOIN» (VALUES (2,'B'),(3,'C'),(NULL,'N')) r(k,y)
SELECT * FROM $ab «ON l.k = r.k¦USING (k)¦ON l.k < r.k¦ON l.k IS NOT DISTINCT FROM r.k¦ON TRUE»
SELECT l.x, r.y FROM $ab «ON l.k = r.k¦USING (k)»
SELECT k, x, y FROM $ab USING (k)
SELECT k FROM $ab ON l.k = r.k
SELECT l.k FROM $ab USING (k)
SELECT * FROM (VALUES 1,2) a(x) CROSS JOIN (VALUES 'p','q') b(y)
SELECT * FROM (VALUES 1,2) a(x), (VALUES 2,3) b(y) WHERE x = y
SELECT * FROM (VALUES 1,2) a(x), (VALUES 1,2) a(x)
SELECT a.*, b.y FROM (VALUES 1,2) a(x) JOIN (VALUES (1,'u')) b(x,y) ON a.x = b.x
SELECT * FROM (VALUES 1) a(x) NATURAL JOIN (VALUES 1) b(x)
SELECT * FROM (VALUES 1) a(x) JOIN (VALUES 1) b(x)
SELECT * FROM (VALUES 1) a(x) JOIN (VALUES '1') b(y) ON a.x = b.y
SELECT * FROM (VALUES 1, 5) a(x) JOIN (VALUES (1,3)) b(lo,hi) ON a.x BETWEEN b.lo AND b.hi
SELECT * FROM (VALUES 1, 2) a(x) LEFT JOIN (VALUES (1,'u'),(1,'v')) b(x,y) ON a.x = b.x AND b.y = 'u'
SELECT * FROM (VALUES 1, 2) a(x) JOIN (VALUES 1, 2) b(y) ON a.x = b.y JOIN (VALUES 2) c(z) ON b.y = c.z
SELECT * FROM (VALUES 1) a(x) CROSS JOIN LATERAL (SELECT a.x + 1 AS y)
SELECT * FROM (VALUES 1, 2) a(x) LEFT JOIN LATERAL (SELECT a.x + 1 AS y WHERE a.x > 1) b ON TRUE
SELECT * FROM (VALUES 1) a(x) SEMI JOIN (VALUES 1) b(y) ON a.x = b.y
SELECT * FROM (VALUES 1) a(x) ASOF JOIN (VALUES 1) b(y) ON a.x >= b.y
SELECT * FROM (VALUES 1) a(x) ANTI JOIN (VALUES 1) b(y) ON a.x = b.y
SELECT x FROM (VALUES 1) a(x) JOIN (VALUES 1) b(x) ON a.x = b.x
SELECT a.x AS "left", b.x AS "right" FROM (VALUES 1.0) a(x) JOIN (VALUES 1) b(x) ON a.x = b.x
SELECT * FROM (VALUES 1) a(x) JOIN (VALUES 1.0) b(x) USING (x)
SELECT typeof(x) FROM (VALUES 1) a(x) FULL JOIN (VALUES 2.5) b(x) USING (x)
SELECT c.x FROM (VALUES 1) a(x)
SELECT A.X FROM (VALUES 1) a(x)
SELECT "A"."X" FROM (VALUES 1) a(x)
SELECT * FROM ((VALUES 1) a(x) JOIN (VALUES 1) b(y) ON x = y)
