MAP(ARRAY['a','b'], ARRAY[1,2])[«'a'¦'z'¦NULL¦1»]
element_at(MAP(ARRAY['a','b'], ARRAY[1,NULL]), «'a'¦'b'¦'z'¦NULL¦1»)
MAP(ARRAY[1,2], ARRAY['x','y'])[«1¦2¦3»]
MAP(ARRAY['a','a'], ARRAY[1,2])
MAP(ARRAY['a'], ARRAY[1,2])
MAP(ARRAY['a',NULL], ARRAY[1,2])
«map_keys¦map_values¦map_entries¦cardinality»(MAP(«ARRAY['a','b'], ARRAY[1,NULL]¦ARRAY[2,1], ARRAY['x','y']¦»))
«map_keys¦map_values¦map_entries¦cardinality»(NULL)
map_concat(MAP(ARRAY['a','b'], ARRAY[1,2]), MAP(ARRAY[«'b','c'¦'x','y'»], ARRAY[3,4]))
map_concat(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['a'], ARRAY[2]), MAP(ARRAY['a'], ARRAY[3]))
map_concat(MAP(ARRAY['a'], ARRAY[1]), NULL)
map_filter(MAP(ARRAY['a','b','c'], ARRAY[1,2,NULL]), (k, v) -> «v > 1¦k <> 'a'¦v IS NULL¦NULL¦TRUE»)
transform_values(MAP(ARRAY['a','b'], ARRAY[1,NULL]), (k, v) -> «v + 1¦k¦NULL¦k || CAST(v AS varchar)»)
transform_keys(MAP(ARRAY['a','b'], ARRAY[1,2]), (k, v) -> «k || '!'¦v¦1¦NULL»)
map_zip_with(MAP(ARRAY['a','b'], ARRAY[1,2]), MAP(ARRAY['b','c'], ARRAY[3,4]), (k, x, y) -> «coalesce(x,0) + coalesce(y,0)¦k¦x + y»)
map_from_entries(ARRAY[«(1,'x'),(2,'y')¦('a',NULL)¦(1,'x'),(1,'y')¦(NULL,1)»])
multimap_from_entries(ARRAY[(1,'x'),(2,'y'),(1,'z')])
map_from_entries(map_entries(MAP(ARRAY['a'],ARRAY[1])))
map_agg(k, v) FROM (VALUES «('a',1),('b',2)¦('a',1),('a',2)¦('a',NULL)¦(NULL,1)») t(k, v)
multimap_agg(k, v) FROM (VALUES ('a',1),('b',2),('a',3),('b',NULL)) t(k, v)
map_union(m) FROM (VALUES MAP(ARRAY['a'],ARRAY[1]), MAP(ARRAY['b'],ARRAY[2]), NULL) t(m)
histogram(x) FROM (VALUES 'a','b','a',NULL) t(x)
histogram(x) FROM (VALUES 1,2,1) t(x)
map_agg(k, v) FROM (SELECT 1 k, 2 v WHERE FALSE) t
m['a'] FROM (VALUES MAP(ARRAY['a'],ARRAY[1]), MAP(ARRAY['a','b'],ARRAY[2,3])) t(m)
m['b'] FROM (VALUES MAP(ARRAY['a'],ARRAY[1]), MAP(ARRAY['a','b'],ARRAY[2,3])) t(m)
map_top_n(MAP(ARRAY['a'],ARRAY[1]), 1)
map_keys_by_top_n_values(MAP(ARRAY['a'],ARRAY[1]), 1)
map_normalize(MAP(ARRAY['a'],ARRAY[1e0]))
typeof(«MAP(ARRAY['a'],ARRAY[1])¦map_entries(MAP(ARRAY['a'],ARRAY[1]))¦histogram('a')¦map_agg('a', 1.5)¦multimap_agg('a', 1)¦split_to_map('a=1', ',', '=')»)
MAP(ARRAY['a'],ARRAY[1]).a
MAP {'a': 1}
MAP(ARRAY[ARRAY[1]], ARRAY['x'])[ARRAY[1]]
MAP(ARRAY[1.0], ARRAY['x'])[1]
k FROM UNNEST(MAP(ARRAY['a','b'], ARRAY[1,2])) t(k, v)
