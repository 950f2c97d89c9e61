import { describeRacedProcesses } from '../../support/deployment/raced_processes.ts'
import { startRedis, stopRedis } from './support/redis_server.ts'

describeRacedProcesses('Redis', { start: async () => (await startRedis()).url, stop: stopRedis })
