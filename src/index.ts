export {
  createDatabaseOrchestrator,
  type DatabaseOrchestrator,
  type OperationOptions,
  type OrchestratorOptions,
} from './api/database-orchestrator.ts';
export type { BackupResult, RestoreResult } from './model/backup.ts';
export type { Branch } from './model/branch.ts';
export type { DatabaseInfo, DatabaseOptions, Placement } from './model/database.ts';
export type { DatabaseMetrics } from './model/database-metrics.ts';
export type { UpgradeReport } from './model/upgrade.ts';
export type { ClusterChoice } from './engine/select-engine.ts';
export { OrqError } from './model/errors.ts';
