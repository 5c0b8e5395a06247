«bitwise_and¦bitwise_or¦bitwise_xor»(«6¦-1¦0¦NULL», «3¦-8¦9223372036854775807»)
bitwise_not(«5¦-1¦0¦NULL»)
bit_count(«7¦-1¦0¦9», «64¦32¦8¦2¦1¦65»)
«bitwise_left_shift¦bitwise_right_shift¦bitwise_right_shift_arithmetic»(«1¦-8¦7¦BIGINT '1'¦TINYINT '-8'¦SMALLINT '5'», «1¦2¦0¦31¦63¦64»)
bitwise_and(1.5, 1)
1 & 3
1 | 2
1 << 2
1 # 2
~1
1 ^ 2
typeof(«bitwise_and(1,2)¦bitwise_left_shift(1,2)¦bitwise_left_shift(TINYINT '1',2)¦bit_count(1,8)»)
«bitwise_and_agg¦bitwise_or_agg¦bitwise_xor_agg»(x) FROM (VALUES «7,3¦NULL¦-1,5») t(x)
