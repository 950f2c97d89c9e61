import { startRedis, stopRedis } from '../../adapters/redis/support/redis_server.ts'
import { describeRacedProofs } from '../../support/deployment/raced_proofs.ts'

describeRacedProofs('Redis', { start: async () => (await startRedis()).url, stop: stopRedis })
