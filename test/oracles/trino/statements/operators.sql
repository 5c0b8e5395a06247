-- Arithmetic, its types and its failures.
«7¦-7¦0» «+¦-¦*¦/¦%» «2¦-2¦3»
«7¦TINYINT '7'¦SMALLINT '7'¦BIGINT '7'¦DECIMAL '7.5'¦REAL '7.5'¦7.5e0» «+¦-¦*¦/¦%» «2¦TINYINT '2'¦SMALLINT '2'¦BIGINT '2'¦DECIMAL '2.25'¦REAL '2.5'¦2.5e0»
«7¦BIGINT '7'¦DECIMAL '7.5'¦7.5e0¦REAL '7.5'» «/¦%» «0¦DECIMAL '0.0'¦0e0»
«0¦DECIMAL '0.0'¦0e0» / 0e0
2147483647 «+¦-¦*» «1¦-1¦2¦BIGINT '1'»
-2147483648 «+¦-¦*» «1¦-1¦2»
9223372036854775807 «+¦-¦*» «1¦-1¦2¦1e0»
TINYINT '127' «+¦*» TINYINT '1'
TINYINT '127' + TINYINT «'2'¦'-1'»
SMALLINT '32767' «+¦-¦*» SMALLINT '2'
- «5¦-5¦2.5¦1.5e0¦REAL '1.5'¦BIGINT '3'¦(-128)¦TINYINT '1'»
- «'a'¦DATE '2024-01-01'¦TRUE¦NULL»
+ «5¦2.5¦'a'»
NULL «+¦-¦*¦/¦%» «1¦2.5¦1e0¦NULL»
«1¦'a'¦TRUE» + «'a'¦'1'¦TRUE»
1 + 2 * 3 - 4 / 3
(1 + 2) * 3 % 4
2 * -3
1 - -1
10 / 4 * 4
10 * 4 / 4
5 / 2.0
5 / 2e0
1e0 / 3
1e308 * 10
-1e308 * 10
0.1 + 0.2
0.1e0 + 0.2e0
REAL '0.1' + REAL '0.2'
REAL '0.1' + 0.2e0
REAL '0.1' + DECIMAL '0.2'
REAL '16777216' + 1
'a' || «'b'¦NULL¦''¦1¦1.5¦TRUE¦DATE '2024-01-01'¦CAST('b' AS char(3))¦ARRAY['b']»
«1¦NULL¦CAST('b' AS char(3))» || 'a'
'a' || 'b' || 'c'
X'01' || X'02'
1 || 2
NOT «TRUE¦FALSE¦NULL¦1»
«TRUE¦FALSE¦NULL» AND «TRUE¦FALSE¦NULL»
«TRUE¦FALSE¦NULL» OR «TRUE¦FALSE¦NULL»
1 AND TRUE
NOT TRUE OR TRUE
TRUE AND FALSE OR TRUE
mod(«7¦-7¦7.5¦7.5e0», «2¦-2¦0»)
abs(«-5¦5¦-2.5¦-1.5e0¦NULL¦nan()¦-2147483648¦BIGINT '-5'¦TINYINT '-128'¦'a'»)
sign(«-5¦0¦5¦-2.5¦0.0¦-1.5e0¦nan()¦NULL¦REAL '-2.5'»)
«ceil¦ceiling¦floor¦round¦truncate»(«1.5¦-1.5¦2.5¦-2.5¦0.5¦1.4999¦NULL¦7¦BIGINT '9007199254740993'»)
«ceil¦ceiling¦floor¦round¦truncate»(«1.5e0¦-1.5e0¦2.5e0¦-0.4e0¦nan()¦infinity()¦REAL '2.5'¦REAL '-1.5'»)
round(«123.456¦-123.456¦123.456e0¦REAL '123.456'¦125¦BIGINT '1255'», «2¦1¦0¦-1¦-2¦-5»)
round(2.675e0, 2)
round(1.005e0, 2)
round(0.285e0, 2)
round(1e300, 2)
round(2147483647, -1)
round(9223372036854775807, -1)
round(TINYINT '127', -1)
round(99999.99999, 3)
round(NULL, 2)
round(CAST(NULL AS double), 2)
truncate(«123.456¦-123.456¦REAL '123.456'¦123.456e0¦125», «1¦-1¦0¦5»)
«sqrt¦cbrt¦exp¦ln¦log2¦log10»(«1¦0¦-1¦2¦0.25¦10¦NULL¦nan()¦infinity()¦'a'»)
log(«2¦10¦0.5», «8¦100¦0¦-1¦NULL»)
«power¦pow»(«2¦-2¦0¦2.5», «3¦-1¦0.5¦0¦NULL»)
power(2, 62)
power(3, 40)
power(10, 400)
power(DECIMAL '1.5', 2)
«degrees¦radians¦sin¦cos¦tan¦asin¦acos¦atan¦sinh¦cosh¦tanh»(«0¦1¦-0.5¦180¦2¦NULL»)
atan2(«1¦0¦-1», «1¦0¦-1»)
pi()
e()
nan()
infinity()
-infinity()
«is_nan¦is_finite¦is_infinite»(«nan()¦infinity()¦-infinity()¦1e0¦1¦NULL¦REAL '1.5'»)
«greatest¦least»(«1, 2¦1, 2.5¦1e0, 2¦'a', 'b'¦1, NULL¦NULL, NULL¦DATE '2024-01-01', DATE '2024-02-01'¦1, 'a'¦3, 1, 2, 5, 4¦TRUE, FALSE¦nan(), 1e0¦1e0, nan()¦1»)
«greatest¦least»(TIMESTAMP '2024-01-01 00:00:00', DATE '2024-02-01')
«greatest¦least»(ARRAY[1,2], ARRAY[1,3])
width_bucket(«3.14¦-1¦10¦5¦20», 0, 10, «5¦1»)
width_bucket(1, 0, 10, 0)
width_bucket(1, 0, 0, 3)
width_bucket(nan(), 0, 10, 3)
width_bucket(3.14, 10, 0, 5)
width_bucket(«3.14¦0¦100¦-1», ARRAY[0.0, 1.0, 5.0, 10.0])
width_bucket(1e0, ARRAY[])
width_bucket(1e0, ARRAY[2e0, 1e0])
«to_base»(«255¦-255¦0¦35¦NULL¦9223372036854775807», «16¦2¦36¦10»)
to_base(1, «1¦37»)
from_base(«'ff'¦'FF'¦'-ff'¦'zz'¦''¦'10'¦NULL», «16¦36¦2»)
from_base('9223372036854775808', 10)
cosine_similarity(MAP(ARRAY['a'], ARRAY[1e0]), MAP(ARRAY['a','b'], ARRAY[2e0, 1e0]))
normal_cdf(0, 1, 1.96)
inverse_normal_cdf(0, 1, 0.3)
beta_cdf(3, 4, 0.3)
wilson_interval_lower(1250, 1310, 1.96e0)
wilson_interval_upper(1250, 1310, 1.96e0)
random(«1¦0¦-1»)
random(5, 6)
random(5, 5)
rand(1)
typeof(random())
typeof(random(5))
