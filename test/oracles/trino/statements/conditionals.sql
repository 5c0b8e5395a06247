IF(«TRUE¦FALSE¦NULL¦1 > 2», «1, 2¦1¦'a', 'bc'¦1, 'a'¦1, 2.5¦NULL, 2¦1, NULL¦1e0, 1¦1/0, 2»)
IF(1, 2, 3)
IF(TRUE)
CASE «1¦2¦3¦NULL» WHEN 1 THEN 'one' WHEN 2 THEN 'two' «ELSE 'many' ¦»END
CASE WHEN «1 > 2¦NULL¦TRUE» THEN «1¦'a'¦1.5» «ELSE 2 ¦ELSE NULL ¦ELSE 'b' ¦»END
CASE WHEN 1 THEN 2 END
CASE 1 WHEN 'a' THEN 2 END
CASE NULL WHEN NULL THEN 'null' ELSE 'other' END
CASE 1.0 WHEN 1 THEN 'same' END
CASE WHEN TRUE THEN 1 WHEN 1/0 > 1 THEN 2 END
CASE WHEN FALSE THEN 1/0 ELSE 5 END
CASE x WHEN 1 THEN 'a' ELSE 'b' END FROM (VALUES 1, 2, NULL) t(x)
CASE WHEN x > 1 THEN 'hot' WHEN x IS NULL THEN 'none' ELSE 'cold' END FROM (VALUES 1, 2, NULL) t(x)
typeof(CASE WHEN TRUE THEN 1 ELSE 2.5 END)
typeof(coalesce(1, 2.5))
typeof(IF(TRUE, 'a', 'bcd'))
nullif(«1, 1¦1, 2¦NULL, 1¦1, NULL¦'a', 'a'¦1, 1.0¦'a', 1»)
IF(x > 0, 'p', 'n') FROM (VALUES 1, -1, NULL) t(x)
TRY(coalesce(1/0, 5))
coalesce(TRY(1/0), 5)
TRY(coalesce(CAST('a' AS integer), 5))
SELECT TRY(coalesce(x/y, 5)) FROM (VALUES (1, 0), (4, 2), (NULL, 1)) t(x, y)
SELECT TRY(coalesce(5, x/y)) FROM (VALUES (1, 0)) t(x, y)
TRY(coalesce(NULL, 1/0, 5))
TRY(CASE WHEN 1/0 = 1 THEN 1 ELSE 2 END)
TRY(if(true, 1, 1/0))
TRY(nullif(1/0, 5))
TRY(greatest(1, 1/0))
TRY(1/0 IS NULL)
TRY(1/0 = 1 OR true)
TRY(true OR 1/0 = 1)
TRY(1/0 = 1 AND false)
TRY(coalesce(element_at(array[1], 0), 5))
SELECT TRY(x/y = 1 OR x = 1) FROM (VALUES (1, 0), (2, 1)) t(x, y)
TRY(ARRAY[1/0])
TRY(ROW(1/0))
TRY(1 IN (1/0, 1))
