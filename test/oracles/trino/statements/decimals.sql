DECIMAL «'1.10'¦'12.345'¦'-0.5'¦'99999999.99'» «+¦-¦*¦/¦%» DECIMAL «'2.5'¦'0.003'¦'10'»
DECIMAL '12345678901234567890.5' «+¦-¦*¦/¦%» «DECIMAL '3.25'¦2¦1.5e0»
DECIMAL '99999999999999999999999999999999999999' «+¦-¦*» «1¦DECIMAL '0.1'¦DECIMAL '-1'»
1.0 / 3
2.0 / 3
10 / 3.000
1.00 / 3.0000
-1.0 / 3
0.1 / 3
«1.25¦-1.25¦1.24¦0.05» / «2¦0.5¦3.0»
«5.5¦-5.5¦5¦-5» % «2.2¦-2.2»
1.10 = 1.1
1.10 < 1.2
0.1 + 0.2 = 0.3
1.5 = 1.5e0
0.1 = 0.1e0
0.1 = REAL '0.1'
typeof(«1.10 + 2.5¦1.10 * 2.5¦1.10 / 2.5¦1.10 % 2.5¦1 + 1.10¦BIGINT '1' * 1.10¦TINYINT '1' / 1.10¦-1.10¦1.10 + 1e0¦abs(-1.10)¦ceil(1.10)¦round(1.15, 1)¦round(1.15)¦truncate(1.15)¦floor(99.9)¦CAST(1 AS decimal)¦CAST(1 AS decimal(5))¦sum(1.10)¦avg(1.10)¦min(1.10)»)
«sum¦avg¦min¦max¦count¦approx_distinct¦stddev¦variance¦geometric_mean»(x) FROM (VALUES 1.10, 2.25, NULL, 3.30) t(x)
sum(x) FROM (VALUES 99999999999999999999999999999999999999, 1) t(x)
avg(x) FROM (VALUES 1, 2, 2) t(x)
avg(x) FROM (VALUES 1.0, 2.0, 2.0) t(x)
avg(x) FROM (VALUES 0.05, 0.10, 0.10, 0.15) t(x)
avg(CAST(x AS decimal(10,2))) FROM (VALUES 1, 2, 2) t(x)
CAST(x AS decimal(10,2)) FROM (VALUES 1.005, 1.004, -1.005, 2.675) t(x)
sum(x * 1.1) FROM (VALUES 1.5, 2.5) t(x)
«1.5 = 1.50¦1.5 IN (1.50, 2)¦1.5 BETWEEN 1 AND 2¦nullif(1.5, 1.50)¦coalesce(NULL, 1.50, 2)¦greatest(1.5, 2.25, 2)»
x FROM (VALUES 1, 2.5, 3.75) t(x)
x FROM (VALUES 1.5, 2e0) t(x)
CAST(1.5 AS decimal(3,2)) + CAST(2 AS decimal(10,0))
power(1.5, 2)
sqrt(2.25)
mod(5.5, 2)
sign(-1.5)
«ceil¦floor¦round¦truncate»(«-12345678901234567890.5¦0.001¦-0.001¦999.999»)
round(«-1.15¦1.25¦999.99», «1¦0¦-2»)
format('%.2f', 1.005)
format('%s', 1.50)
DECIMAL '1' / DECIMAL '0'
DECIMAL '0' / 0
1.0 % 0
12345678901234567890 * 12345678901234567890
123456789012345678 * 1000
CAST(12345678901234567890.12 AS varchar)
CAST('12345678901234567890.12' AS decimal(22,2)) + 0.01
