/** Databases that AWS DMS reads for a historian, as DMS names them. https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.html */
export const ENGINES = ["postgres", "sqlserver", "oracle", "mysql", "mariadb"] as const;

/** What a replication does. https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationConfig.html */
export const MODES = ["full-load", "cdc", "full-load-and-cdc"] as const;

/** How a connection to a database is secured, without "none". https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Security.SSL.html */
export const TLS_MODES = ["require", "verify-ca", "verify-full"] as const;

/** Capacity units that a serverless replication has. https://docs.aws.amazon.com/dms/latest/APIReference/API_ComputeConfig.html */
export const CAPACITY_UNITS = [1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384] as const;
