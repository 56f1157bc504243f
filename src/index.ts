export {
  createDatabaseOrchestrator,
  type DatabaseOrchestrator,
  type OperationOptions,
  type OrchestratorOptions,
} from './api/database-orchestrator.ts';
export type { DatabaseInfo, DatabaseOptions } from './model/database.ts';
export { OrqError } from './model/errors.ts';
