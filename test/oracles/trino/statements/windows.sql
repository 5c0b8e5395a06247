@w FROM (VALUES ('a',1,10),('a',2,NULL),('a',3,30),('b',1,5),('b',2,5),('c',NULL,7)) t(d,o,v)
SELECT d, o, «row_number()¦rank()¦dense_rank()¦percent_rank()¦cume_dist()¦ntile(2)¦lag(v)¦lag(v,2)¦lag(v,1,0)¦lead(v)¦lead(v,1,-1)¦first_value(v)¦last_value(v)¦nth_value(v,2)» OVER (PARTITION BY d ORDER BY o) $w
SELECT d, o, «sum(v)¦count(*)¦count(v)¦avg(v)¦min(v)¦max(v)¦array_agg(v)¦max_by(o,v)¦stddev(v)¦bool_or(v > 5)¦arbitrary(d)¦approx_percentile(v,0.5)» OVER («PARTITION BY d ORDER BY o¦PARTITION BY d¦ORDER BY d, o¦») $w
SELECT d, o, sum(v) OVER (PARTITION BY d ORDER BY o «ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW¦ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING¦ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING¦ROWS 1 PRECEDING¦ROWS BETWEEN 2 FOLLOWING AND 3 FOLLOWING¦RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING¦RANGE BETWEEN 1 PRECEDING AND CURRENT ROW¦GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW¦ROWS BETWEEN UNBOUNDED FOLLOWING AND CURRENT ROW») $w
SELECT d, o, «lag¦lead¦first_value¦last_value¦nth_value»(v«¦, 2») IGNORE NULLS OVER (PARTITION BY d ORDER BY o) $w
SELECT d, o, «first_value(v)¦last_value(v)» «IGNORE¦RESPECT» NULLS OVER (PARTITION BY d ORDER BY o ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) $w
SELECT d, o, row_number() OVER (ORDER BY «v¦v DESC¦v NULLS FIRST¦v DESC NULLS LAST», d, o) $w
SELECT d, o, sum(v) OVER win $w WINDOW win AS (PARTITION BY d ORDER BY o)
SELECT d, sum(v) FILTER (WHERE v > 5) OVER (PARTITION BY d) $w
SELECT d, sum(sum(v)) OVER (ORDER BY d) $w GROUP BY d
SELECT d, v, v - lag(v) OVER (PARTITION BY d ORDER BY o) AS delta $w
SELECT * FROM (SELECT d, o, v, row_number() OVER (PARTITION BY d ORDER BY o DESC) AS rn $w) WHERE rn = 1
SELECT d $w WHERE row_number() OVER (ORDER BY o) = 1
SELECT d, count(DISTINCT v) OVER (PARTITION BY d) $w
SELECT row_number() OVER () > 0 FROM (VALUES 1) t(x)
SELECT row_number() FROM (VALUES 1) t(x)
SELECT ntile(0) OVER (ORDER BY x) FROM (VALUES 1) t(x)
SELECT lag(x, -1) OVER (ORDER BY x) FROM (VALUES 1) t(x)
SELECT rank(x) OVER (ORDER BY x) FROM (VALUES 1) t(x)
SELECT nth_value(x, 0) OVER (ORDER BY x) FROM (VALUES 1) t(x)
SELECT d, o $w QUALIFY row_number() OVER (PARTITION BY d ORDER BY o) = 1
SELECT x, avg(x) OVER (ORDER BY x ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM (VALUES 1e0, 2e0, 4e0, 8e0) t(x)
SELECT at, sum(v) OVER (ORDER BY at RANGE BETWEEN INTERVAL '5' MINUTE PRECEDING AND CURRENT ROW) FROM (VALUES (TIMESTAMP '2024-01-01 00:00:00', 1), (TIMESTAMP '2024-01-01 00:04:00', 2), (TIMESTAMP '2024-01-01 00:08:00', 4)) t(at, v)
SELECT typeof(«row_number()¦ntile(2)¦percent_rank()¦lag(x)¦sum(x)¦avg(x)» OVER (ORDER BY x)) FROM (VALUES 1) t(x)
