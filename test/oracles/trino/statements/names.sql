SELECT 1, 2 AS b, 'x' c, 1 + 1
SELECT x, x + 1, count(*) OVER () FROM (VALUES 1) t(x)
SELECT t.x, X, "x", x AS "X" FROM (VALUES 1) t(x)
SELECT *, 1 FROM (VALUES 1) t(x)
SELECT t.*, x FROM (VALUES (1, 2)) t(x, y)
SELECT count(*), max(x), x + 1 AS next FROM (VALUES 1) t(x) GROUP BY x
SELECT CAST(x AS varchar), (x), -x FROM (VALUES 1) t(x)
SELECT r.a, r FROM (SELECT CAST(ROW(1) AS row(a integer)) r)
SELECT m['a'], ARRAY[1][1] FROM (SELECT MAP(ARRAY['a'], ARRAY[1]) m)
SELECT (SELECT 1 AS inner_name)
SELECT 1 AS "Mixed Case", 2 AS UPPER
SELECT 1 AS a, 2 AS a
SELECT a FROM (SELECT 1 AS a, 2 AS a)
SELECT 1 AS select
SELECT 1 AS "select"
SELECT 1 AS "a""b"
SELECT 1 AS 'x'
SELECT 1 AS `x`
SELECT `x` FROM (VALUES 1) t(x)
SELECT x FROM (VALUES 1) AS `t`(x)
SELECT 1 AS 1x
SELECT 1 AS _x
SELECT 1 AS x$y
SELECT 1 AS ü
SELECT 1 AS "ü"
SELECT current_date, now(), current_timestamp
SELECT CASE WHEN TRUE THEN 1 END, IF(TRUE, 1), coalesce(1, 2)
SELECT x AS y, y FROM (VALUES (1, 2)) t(x, y)
SELECT "__dt" FROM (VALUES '2024-01-01') t("__dt")
SELECT __dt FROM (VALUES '2024-01-01') t(__dt)
SELECT year FROM (VALUES 2024) t(year)
SELECT day, month, hour, value, timestamp, date, data FROM (VALUES (1,2,3,4,5,6,7)) t(day, month, hour, value, timestamp, date, data)
SELECT order FROM (VALUES 1) t("order")
SELECT "order" FROM (VALUES 1) t("order")
SELECT t.value FROM (VALUES 1) t(value)
