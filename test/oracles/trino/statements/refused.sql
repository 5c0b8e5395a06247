-- Statements that Trino refuses: a dataset with one of them fails on Athena.
x::varchar FROM (VALUES 1) t(x)
1::varchar
SELECT x AS y FROM (VALUES 1) t(x) WHERE y = 1
SELECT x AS y FROM (VALUES 1) t(x) GROUP BY y
SELECT x AS y, count(*) FROM (VALUES 1) t(x) GROUP BY x HAVING y = 1
SELECT x FROM (VALUES 1) t(x) LIMIT 1 OFFSET 1
SELECT x FROM (VALUES 1) t(x) LIMIT 1, 2
SELECT * FROM (VALUES 1) t(x) USING SAMPLE 10
SELECT * EXCLUDE (x) FROM (VALUES (1,2)) t(x, y)
SELECT * EXCEPT (x) FROM (VALUES (1,2)) t(x, y)
SELECT * REPLACE (1 AS x) FROM (VALUES (1,2)) t(x, y)
SELECT COLUMNS('x') FROM (VALUES 1) t(x)
FROM (VALUES 1) t(x)
FROM (VALUES 1) t(x) SELECT x
SELECT
SELECT FROM (VALUES 1) t(x)
SELECT 1,
SELECT 1 FROM
SELECT * FORM x
SELEC 1
SELECT 1 2
SELECT 1;
SELECT 1; SELECT 2
SELECT (1
SELECT 1)
SELECT 'a
SELECT "a
SELECT x FROM (VALUES 1) t(x) WHERE
SELECT x FROM (VALUES 1) t(x) ORDER
SELECT x FROM (VALUES 1) t(x) GROUP x
SELECT x FROM (VALUES 1) t(x) WHERE x = 1 AND
SELECT x FROM (VALUES 1) t(x) WHERE x = = 1
SELECT count(x FROM (VALUES 1) t(x)
«1 + 'a'¦'a' || 1¦'1' * 2¦TRUE + 1¦1 = '1'¦'2024' = 2024¦1 > 'a'¦DATE '2024-01-01' = '2024-01-01'¦TIMESTAMP '2024-01-01 00:00:00' > '2024-01-01'¦1 IN ('1')¦1 BETWEEN '0' AND '2'¦'a' LIKE 1¦NOT 1¦1 AND 2¦-'1'¦ARRAY[1] = ARRAY['1']»
x = «2026¦'a'¦NULL» FROM (VALUES '2026') t(x)
x «= '1'¦> 'a'¦LIKE '1%'¦|| 'a'¦IN ('1')» FROM (VALUES 1) t(x)
«lower(1)¦length(5)¦abs('a')¦upper(TRUE)¦round('1.5')¦substr(123, 1)¦concat('a', 1)¦year('2024-01-01')¦date_trunc('day', '2024-01-01')¦split(1, ',')¦cardinality(1)¦json_extract(1, '$')¦from_unixtime('1')¦to_unixtime('2024')¦sqrt('4')¦greatest(1, 'a')¦coalesce(1, 'a')¦regexp_like(1, 'a')¦replace(1, 1, 1)¦sum('a')»
«nosuch(1)¦lower()¦lower('a', 'b')¦abs(1, 2)¦substr('a')¦round()¦now(1, 2)¦date_add('day', 1)¦count(1, 2)¦max()¦coalesce()¦greatest()¦if(TRUE)¦strftime('a', 'b')¦list_value(1)¦string_split('a', 'b')¦regexp_matches('a', 'b')¦datediff('day', 1, 2)¦date_part('day', now())¦epoch(now())¦struct_pack(a := 1)¦ifnull(1, 2)¦nvl(1, 2)¦isnull(1)¦to_timestamp(1)¦to_date('2024-01-01')¦to_char(1)¦getdate()¦sysdate¦len('a')¦charindex('a', 'b')¦substring_index('a', 'b', 1)¦unix_timestamp()¦date_sub(now(), 1)¦current_time()¦generate_series(1, 2)¦array_length(ARRAY[1])¦array_contains(ARRAY[1], 1)¦size(ARRAY[1])¦explode(ARRAY[1])¦get_json_object('{}', '$.a')¦percentile(1, 0.5)¦collect_list(1)¦md5_number('a')¦hash('a')¦read_csv('x')¦getenv('HOME')»
SELECT y FROM (VALUES 1) t(x)
SELECT u.x FROM (VALUES 1) t(x)
SELECT t.y FROM (VALUES 1) t(x)
SELECT * FROM (VALUES 1) t(x, y)
SELECT x FROM (VALUES (1, 2)) t(x, x)
SELECT count(*), x FROM (VALUES 1) t(x)
SELECT x FROM (VALUES 1) t(x) HAVING x > 0
SELECT max(x) FROM (VALUES 1) t(x) WHERE max(x) > 1
SELECT x FROM (VALUES 1) t(x) ORDER BY 2
SELECT x FROM (VALUES 1) t(x) ORDER BY 0
SELECT x FROM (VALUES 1) t(x) GROUP BY 2
SELECT DISTINCT x FROM (VALUES (1, 2)) t(x, y) ORDER BY y
SELECT * FROM (VALUES MAP(ARRAY['a'],ARRAY[1])) t(m) ORDER BY m
SELECT DISTINCT ON (x) x FROM (VALUES 1) t(x)
SELECT x FROM (VALUES 1) t(x) FOR UPDATE
SELECT x INTO y FROM (VALUES 1) t(x)
SELECT STRAIGHT_JOIN 1
SELECT SQL_NO_CACHE 1
SELECT 1 FROM DUAL
SELECT x[1] FROM (VALUES 1) t(x)
SELECT x.y FROM (VALUES 1) t(x)
SELECT 5 MOD 2
SELECT 5 DIV 2
SELECT 7 // 2
SELECT 2 ** 3
SELECT !TRUE
SELECT 1 && 2
SELECT TRUE || FALSE
SELECT 'a' = "a"
SELECT "text"
SELECT @@version
SELECT $1
SELECT ?
SELECT :x
SELECT 1 -- comment
SELECT /* comment */ 1
SELECT 1 # comment
SELECT 1 /* unclosed
SELECT ALL 1
SELECT DISTINCT 1
SELECT ARRAY[1, 'a']
SELECT ARRAY(1, 2)
SELECT STRUCT(1, 2)
SELECT map('a', 1)
SELECT INTERVAL '1' FORTNIGHT
SELECT INTERVAL 1 DAY
SELECT INTERVAL '1 day'
SELECT DATE 20240101
SELECT TIMESTAMP 'x'
SELECT DATE('2024-01-01') + 1
SELECT CAST('a' AS int8)
SELECT CAST('a' AS text)
SELECT CAST('a' AS string)
SELECT CAST(1 AS int)
SELECT CAST(1 AS float)
SELECT CAST(1 AS numeric(5,2))
SELECT CAST(1 AS dec(5,2))
SELECT CAST('a' AS nvarchar)
SELECT CAST(1 AS signed)
SELECT CAST(1 AS unsigned)
SELECT CONVERT(1, varchar)
SELECT x FROM (VALUES 1) t(x) WHERE x IS NULL OR
SELECT CASE WHEN TRUE THEN 1
SELECT CASE TRUE THEN 1 END
SELECT IF TRUE THEN 1
