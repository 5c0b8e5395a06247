-- What people who keep telemetry ask, over readings as the example stack stores them.
@r WITH readings(device_id, temp, humidity, status, at, ts, payload, tags, "__dt") AS (VALUES ('dev-1', 21.5e0, 40, 'ok', TIMESTAMP '2026-03-15 10:00:00', 1773568800000, '{"fw":"1.2","v":{"x":1}}', ARRAY['a','b'], '2026-03-15'), ('dev-1', 22.5e0, 42, 'ok', TIMESTAMP '2026-03-15 10:07:30', 1773569250000, '{"fw":"1.3"}', ARRAY['a'], '2026-03-15'), ('dev-1', NULL, 44, 'error', TIMESTAMP '2026-03-15 10:20:00', 1773570000000, NULL, ARRAY[], '2026-03-15'), ('dev-2', 30e0, NULL, 'ok', TIMESTAMP '2026-03-15 12:00:00', 1773576000000, 'bad json', NULL, '2026-03-15'), ('dev-2', 28.25e0, 55, NULL, TIMESTAMP '2026-03-14 23:59:59.999', 1773532799999, '{}', ARRAY['c'], '2026-03-14'))
$r SELECT * FROM readings ORDER BY at
$r SELECT device_id, «avg(temp)¦max(temp)¦min(temp)¦count(*)¦count(temp)¦stddev(temp)¦approx_percentile(temp, 0.5)¦sum(humidity)¦avg(humidity)¦max_by(temp, at)¦min_by(status, at)¦array_agg(status ORDER BY at)¦arbitrary(device_id)¦count_if(status = 'ok')¦count(DISTINCT status)¦histogram(status)¦map_agg(status, temp)¦listagg(status, ',') WITHIN GROUP (ORDER BY at)¦round(avg(temp), 1)¦CAST(avg(temp) AS decimal(5,2))» FROM readings GROUP BY device_id ORDER BY device_id
$r SELECT date_trunc('«minute¦hour¦day»', at) AS bucket, avg(temp) FROM readings GROUP BY 1 ORDER BY 1
$r SELECT date_trunc('hour', from_unixtime(ts / 1000)) AS h, count(*) FROM readings GROUP BY 1 ORDER BY 1
$r SELECT from_unixtime(ts / 1000), from_unixtime(ts / 1e3) FROM readings ORDER BY ts
$r SELECT device_id, date_format(at, '%Y-%m-%d %H:00') AS h, count(*) FROM readings GROUP BY device_id, date_format(at, '%Y-%m-%d %H:00') ORDER BY 1, 2
$r SELECT date_add('minute', -(minute(at) % 15), date_trunc('minute', at)) AS q, count(*) FROM readings GROUP BY 1 ORDER BY 1
$r SELECT from_unixtime(floor(to_unixtime(at) / 900) * 900) AS q, count(*) FROM readings GROUP BY 1 ORDER BY 1
$r SELECT device_id, at, temp - lag(temp) OVER (PARTITION BY device_id ORDER BY at) AS delta FROM readings ORDER BY 1, 2
$r SELECT device_id, at, date_diff('second', lag(at) OVER (PARTITION BY device_id ORDER BY at), at) AS gap FROM readings ORDER BY 1, 2
$r SELECT * FROM (SELECT device_id, temp, at, row_number() OVER (PARTITION BY device_id ORDER BY at DESC) AS rn FROM readings) WHERE rn = 1 ORDER BY device_id
$r SELECT device_id, json_extract_scalar(payload, '$.fw') AS fw FROM readings ORDER BY at
$r SELECT device_id, json_extract_scalar(payload, '$.v.x'), CAST(json_extract(payload, '$.v.x') AS integer) FROM readings ORDER BY at
$r SELECT device_id, tag FROM readings CROSS JOIN UNNEST(tags) AS t(tag) ORDER BY 1, 2
$r SELECT tag, count(*) FROM readings CROSS JOIN UNNEST(tags) AS t(tag) GROUP BY tag ORDER BY tag
$r SELECT device_id FROM readings WHERE contains(tags, 'a') ORDER BY at
$r SELECT count(*) FROM readings WHERE "__dt" «= '2026-03-15'¦>= '2026-03-15'¦BETWEEN '2026-03-14' AND '2026-03-15'¦= 20260315¦= date_format(current_date, '%Y-%m-%d')¦= CAST(current_date AS varchar)¦= current_date¦LIKE '2026-03%'»
$r SELECT count(*) FROM readings WHERE at «> current_timestamp - INTERVAL '1' HOUR¦> now() - INTERVAL '1' DAY¦>= TIMESTAMP '2026-03-15 10:00:00'¦>= DATE '2026-03-15'¦>= '2026-03-15'¦> localtimestamp - INTERVAL '3' HOUR¦BETWEEN TIMESTAMP '2026-03-15 00:00:00' AND TIMESTAMP '2026-03-15 11:00:00'¦> date_add('hour', -2, localtimestamp)¦> from_iso8601_timestamp('2026-03-15T10:10:00Z')»
$r SELECT count(*) FROM readings WHERE date(at) = «DATE '2026-03-15'¦current_date¦'2026-03-15'»
$r SELECT device_id, «coalesce(temp, 0)¦coalesce(temp, -1e0)¦nullif(temp, 30)¦IF(temp > 22, 'hot', 'cold')¦CASE WHEN temp IS NULL THEN 'none' WHEN temp > 22 THEN 'hot' ELSE 'cold' END¦temp * 9 / 5 + 32¦round(temp)¦CAST(temp AS integer)¦CAST(temp AS varchar)¦temp BETWEEN 20 AND 25¦temp > 22 AND status = 'ok'¦humidity / 3¦humidity / 3.0¦humidity % 7¦upper(status)¦status || '!'¦substr(device_id, 5)¦split_part(device_id, '-', 2)¦CAST(split_part(device_id, '-', 2) AS integer)¦regexp_extract(device_id, '(\d+)', 1)¦cardinality(tags)¦element_at(tags, 1)¦to_unixtime(at)¦to_iso8601(at)¦year(at)¦hour(at)¦day_of_week(at)¦typeof(temp)¦typeof(at)¦json_extract(payload, '$.v')¦TRY(json_parse(payload))¦at + INTERVAL '1' HOUR¦at AT TIME ZONE 'Europe/Berlin'¦format('%s:%.1f', device_id, temp)¦md5(to_utf8(device_id))¦concat(device_id, '/', status)¦abs(temp - 25)¦greatest(temp, 25)¦width_bucket(temp, 0, 50, 5)» AS x FROM readings ORDER BY at
$r SELECT a.device_id, b.status FROM readings a JOIN readings b ON a.device_id = b.device_id AND a.at < b.at ORDER BY a.at, b.at
$r SELECT device_id, approx_percentile(temp, ARRAY[0.5, 0.95]) FROM readings GROUP BY device_id ORDER BY device_id
$r SELECT h, coalesce(n, 0) FROM UNNEST(sequence(TIMESTAMP '2026-03-15 09:00:00', TIMESTAMP '2026-03-15 12:00:00', INTERVAL '1' HOUR)) g(h) LEFT JOIN (SELECT date_trunc('hour', at) AS bh, count(*) AS n FROM readings GROUP BY 1) ON bh = h ORDER BY h
$r SELECT device_id, last_value(temp) IGNORE NULLS OVER (PARTITION BY device_id ORDER BY at) FROM readings ORDER BY device_id, at
$r SELECT status, count(*) AS n FROM readings GROUP BY status ORDER BY n DESC, status
$r SELECT status, count(*) AS n FROM readings GROUP BY status HAVING n > 1
$r SELECT device_id FROM readings GROUP BY device_id HAVING max(at) < TIMESTAMP '2026-03-15 11:00:00'
$r SELECT device_id, sum(CASE WHEN status = 'error' THEN 1 ELSE 0 END) * 100.0 / count(*) AS pct FROM readings GROUP BY device_id ORDER BY 1
$r SELECT device_id, count(*) FILTER (WHERE status = 'error') FROM readings GROUP BY device_id ORDER BY 1
$r SELECT DISTINCT device_id FROM readings ORDER BY device_id
$r SELECT device_id, temp FROM readings ORDER BY temp DESC NULLS LAST LIMIT 2
$r SELECT device_id, corr(temp, humidity) FROM readings GROUP BY device_id ORDER BY 1
$r SELECT nosuch FROM readings
$r SELECT READINGS.DEVICE_ID FROM readings LIMIT 1
$r SELECT device_id FROM readings WHERE temp > '20'
$r SELECT device_id FROM readings WHERE humidity = '40'
$r SELECT avg(status) FROM readings
$r SELECT device_id, temp FROM readings GROUP BY device_id
$r SELECT count(*) FROM readings WHERE ts > to_unixtime(now() - INTERVAL '1' DAY) * 1000
$r SELECT reduce(array_agg(temp), 0e0, (s, x) -> s + coalesce(x, 0), s -> s) FROM readings
$r SELECT transform(tags, t -> upper(t)) FROM readings ORDER BY at
$r SELECT map_agg(device_id, temp) FROM readings WHERE status = 'ok' AND "__dt" = '2026-03-15' AND at > TIMESTAMP '2026-03-15 10:05:00'
