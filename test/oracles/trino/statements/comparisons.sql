«1¦2¦NULL» «=¦<>¦!=¦<¦<=¦>¦>=» «2¦1.5¦NULL»
«1¦1e0¦1.0¦BIGINT '1'¦REAL '1.0'» = «1¦1e0¦1.0¦BIGINT '1'¦REAL '1.0'»
nan() «=¦<>¦<¦>¦<=¦>=» «nan()¦1e0¦infinity()»
«nan()¦1e0¦infinity()» «=¦<>¦<¦>¦<=¦>=» nan()
0e0 = -0e0
«1¦1.5¦1e0¦TRUE¦DATE '2024-01-01'¦TIMESTAMP '2024-01-01 00:00:00'¦ARRAY[1]¦JSON '1'» «=¦<» '1'
'1' «=¦<¦>» «1¦DATE '2024-01-01'¦TIMESTAMP '2024-01-01 00:00:00'¦TRUE»
DATE '2024-01-01' «=¦<¦>=» «TIMESTAMP '2024-01-01 00:00:00'¦TIMESTAMP '2024-01-01 00:00:00 UTC'¦1¦DATE '2024-01-02'»
TIMESTAMP '2024-01-01 00:00:00' «=¦<» TIMESTAMP '2024-01-01 «00:00:00¦00:00:00.000001¦01:00:00 Europe/Berlin¦00:00:00 UTC»'
TIMESTAMP '2024-01-01 00:00:00 UTC' = TIMESTAMP '2024-01-01 01:00:00 Europe/Berlin'
'a' «=¦<¦>» «'b'¦'A'¦''¦'a '¦'ä'»
CAST('a' AS char(3)) «=¦<» «'a'¦'a  '¦CAST('a' AS char(5))¦'b'»
'ä' < 'z'
'😀' > '｡'
TRUE «=¦<¦>» «FALSE¦TRUE¦1»
X'01' «=¦<» X'0100'
ARRAY[1,2] «=¦<>¦<¦>» «ARRAY[1,2]¦ARRAY[1,3]¦ARRAY[1]¦ARRAY[1,NULL]¦ARRAY[2,NULL]¦ARRAY['a']»
ROW(1,'a') «=¦<>¦<» «ROW(1,'a')¦ROW(1,'b')¦ROW(2,NULL)¦ROW(1,NULL)¦ROW(1)»
(1, 2) = (1, 2)
(1, 2) < (1, 3)
MAP(ARRAY[1,2],ARRAY[3,4]) «=¦<>¦<» MAP(ARRAY[2,1],ARRAY[4,3])
JSON '{"a":1,"b":2}' = JSON '{"b":2,"a":1}'
JSON '1' = JSON '1.0'
INTERVAL '1' DAY «=¦<¦>» INTERVAL '24' HOUR
INTERVAL '12' MONTH = INTERVAL '1' YEAR
INTERVAL '1' DAY = INTERVAL '1' MONTH
«1¦NULL» IS «NOT ¦»DISTINCT FROM «1¦2¦NULL»
nan() IS «NOT ¦»DISTINCT FROM nan()
ARRAY[1,NULL] IS NOT DISTINCT FROM ARRAY[1,NULL]
1 IS DISTINCT FROM 'a'
«1¦NULL¦'a'¦ARRAY[NULL]» IS «NOT ¦»NULL
TRUE IS TRUE
«5¦0¦11¦NULL¦5.5¦5e0» «NOT ¦»BETWEEN 1 AND 10
5 BETWEEN «NULL AND 10¦10 AND 1¦NULL AND 1¦6 AND NULL¦'1' AND '9'»
5 BETWEEN SYMMETRIC 10 AND 1
'b' BETWEEN 'a' AND 'c'
DATE '2024-05-05' BETWEEN DATE '2024-01-01' AND «DATE '2024-12-31'¦TIMESTAMP '2024-05-05 00:00:00'¦'2024-12-31'»
«1¦4¦NULL» «NOT ¦»IN (1, 2, «3¦NULL¦3.5¦'a'»)
'a' IN ('a', 'b')
'a' IN (1, 2)
1 IN (1.0, 2e0)
nan() IN (nan(), 1e0)
DATE '2024-01-01' IN (DATE '2024-01-01')
DATE '2024-01-01' IN ('2024-01-01')
(1, 2) IN ((1, 2), (3, 4))
1 IN (VALUES 1, 2)
1 NOT IN (VALUES 2, NULL)
1 IN ()
'abc' «NOT ¦»LIKE «'abc'¦'a%'¦'%c'¦'_b_'¦'A%'¦''¦'%'¦'a'¦NULL¦'a_'¦'%b%'»
'a%c' LIKE 'a\%c' ESCAPE '\'
'a_c' LIKE 'a#_c' ESCAPE '#'
'abc' LIKE 'a#_c' ESCAPE '#'
'abc' LIKE 'a#bc' ESCAPE '#'
'abc' LIKE 'abc#' ESCAPE '#'
'abc' LIKE 'a%' ESCAPE «''¦'##'¦NULL»
'a\c' LIKE 'a\c'
'a.c' LIKE 'a.c'
'abc' LIKE 'a.c'
'line1⏎' LIKE 'line%'
'ä😀b' LIKE '__b'
«1¦NULL¦DATE '2024-01-01'» LIKE '1%'
CAST('ab' AS char(4)) LIKE «'ab'¦'ab  '¦'ab%'»
'abc' ILIKE 'A%'
'abc' ~ 'a'
'abc' SIMILAR TO 'a%'
'abc' REGEXP 'a'
1 == 1
1 <=> 1
«1 = ALL (VALUES 1, 1)¦1 = ANY (VALUES 2, 1)¦1 < SOME (VALUES 0, 1)¦1 > ALL (VALUES 0, NULL)¦1 <> ALL (VALUES 2)¦1 = ALL (SELECT 1 WHERE FALSE)»
EXISTS (SELECT 1 WHERE «TRUE¦FALSE»)
1 = (SELECT «1¦NULL¦'a'»)
1 = (VALUES 1, 2)
«coalesce¦nullif»(«1, 2¦NULL, 2¦NULL, NULL¦1, 1¦1, 'a'¦'a', 'b'¦1, 1.0¦NULL, 1.5¦1e0, 1¦nan(), nan()»)
coalesce(«1¦NULL, NULL, 3¦NULL, 1/0¦1, 1/0¦NULL, 'abc', 'd'¦DATE '2024-01-01', TIMESTAMP '2024-01-01 01:00:00'¦ARRAY[1], NULL»)
