ROW(1, 'x')[«1¦2¦3¦0¦1 + 1»]
CAST(ROW(1, 'x') AS row(a integer, b varchar)).«a¦b¦A¦c»
(CAST(ROW(1, 'x') AS row(a integer, b varchar))).*
r.a FROM (VALUES CAST(ROW(1, 'x') AS row(a integer, b varchar))) t(r)
t.r.b FROM (VALUES CAST(ROW(1, 'x') AS row(a integer, b varchar))) t(r)
SELECT t.r.* FROM (VALUES CAST(ROW(1, 'x') AS row(a integer, b varchar))) t(r)
SELECT r.* FROM (VALUES CAST(ROW(1, 'x') AS row(a integer, b varchar))) t(r)
SELECT (r).* FROM (VALUES CAST(ROW(1, 'x') AS row(a integer, b varchar))) t(r)
SELECT (r).* AS (p, q) FROM (VALUES CAST(ROW(1, 'x') AS row(a integer, b varchar))) t(r)
SELECT r FROM (VALUES ROW(ROW(1, 'x')), ROW(ROW(2, NULL))) t(r)
SELECT ROW(a, b) FROM (VALUES (1, 'x'), (2, NULL)) t(a, b)
SELECT CAST(ROW(a, b) AS row(n integer, s varchar)).s FROM (VALUES (1, 'x'), (2, NULL)) t(a, b)
ROW(1, 2) = ROW(1, 2)
ROW(1, NULL) = ROW(1, NULL)
ROW(1, NULL) IS NULL
CAST(NULL AS row(a integer)).a
array_agg(ROW(a, b)) FROM (VALUES (1, 'x'), (2, 'y')) t(a, b)
max_by(ROW(a, b), a) FROM (VALUES (1, 'x'), (2, 'y')) t(a, b)
array_agg(CAST(ROW(a, b) AS row(x integer, y varchar))) FROM (VALUES (1, 'x'), (2, 'y')) t(a, b)
min(ROW(a, b)) FROM (VALUES (2, 'x'), (1, 'y')) t(a, b)
ROW(ROW(1), ARRAY[ROW(2)], MAP(ARRAY['a'], ARRAY[ROW(3)]))
typeof(ROW(1, 'x', 2.5, NULL))
ROW(1, 'x').field0
ROW(1, 'x').a
CAST(ROW(1) AS row("my field" integer))."my field"
CAST(ROW(1) AS row("my field" integer))
json_format(CAST(CAST(ROW(1, NULL) AS row(a integer, b varchar)) AS json))
SELECT a.b FROM (SELECT CAST(ROW(5) AS row(b integer)) AS a)
SELECT ROW(1, 2) IN (ROW(1, 2), ROW(3, 4))
SELECT count(DISTINCT r) FROM (VALUES ROW(ROW(1, 'x')), ROW(ROW(1, 'x'))) t(r)
SELECT r, count(*) FROM (VALUES ROW(ROW(1, 'x')), ROW(ROW(1, 'x'))) t(r) GROUP BY r
SELECT r FROM (VALUES ROW(ROW(2, 'x')), ROW(ROW(1, 'z'))) t(r) ORDER BY r
