/** Functions of Trino that no telemetry needs: they are refused by name. https://trino.io/docs/current/functions/list.html */
export const NOT_EXECUTED: ReadonlySet<string> = new Set(
  `
  approx_set bar beta_cdf bing_tile bing_tile_at bing_tile_coordinates bing_tile_polygon bing_tile_quadkey bing_tile_zoom_level bing_tiles_around
  classify color convex_hull_agg current_groups empty_approx_set features from_encoded_polyline from_geojson_geometry
  from_iso8601_timestamp_nanos geometry_from_hadoop_shape geometry_invalid_reason geometry_nearest_points geometry_to_bing_tiles
  geometry_union geometry_union_agg hash_counts intersection_cardinality inverse_beta_cdf inverse_normal_cdf jaccard_index
  learn_classifier learn_libsvm_classifier learn_libsvm_regressor learn_regressor line_interpolate_point line_interpolate_points line_locate_point
  make_set_digest merge merge_set_digest murmur3 normal_cdf qdigest_agg quantile_at_value regress render rgb
  simplify_geometry spatial_partitioning spatial_partitions spooky_hash_v2_32 spooky_hash_v2_64 st_area st_asbinary   st_boundary st_buffer st_centroid st_contains st_convexhull st_coorddim st_crosses st_difference st_dimension st_disjoint st_endpoint
  st_envelope st_envelopeaspts st_exteriorring st_geometries st_geometryn st_geometrytype st_geomfrombinary
  st_interiorringn st_interiorrings st_intersection st_intersects st_isclosed st_isempty st_isring st_issimple st_isvalid st_length
  st_linefromtext st_linestring st_multipoint st_numgeometries st_numinteriorring st_numpoints st_overlaps st_pointn st_points st_polygon
  st_relate st_startpoint st_symdifference st_touches st_union st_within st_xmax st_xmin st_ymax st_ymin tdigest_agg timeout to_encoded_polyline
  to_geojson_geometry to_geometry uuid value_at_quantile values_at_quantiles wilson_interval_lower wilson_interval_upper word_stem
  `
    .trim()
    .split(/\s+/),
);
