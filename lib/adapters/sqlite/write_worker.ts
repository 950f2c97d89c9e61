/** The thread that writes: an event loop of its own may wait for the disk and for other processes. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { EntryWriter } from './entry_writer.ts'
import { JobQueue } from './job_queue.ts'
import type { JobMessage } from './jobs.ts'
import { type DatabaseOptions, openDatabase } from './open_database.ts'
import type { SqliteDatabase } from './sqlite_database.ts'

if (parentPort === null) throw new Error('this file is started as a thread')
const port = parentPort
const options: DatabaseOptions = workerData
let database: SqliteDatabase | undefined
let isClosing = false

const queue = new JobQueue({
  open() {
    database = openDatabase(options)
    return new EntryWriter(database)
  },
  receive() {
    const messages: JobMessage[] = []
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      if (next.message === 'close') isClosing = true
      else messages.push(next.message)
    }
    return messages
  },
  answer: (answers) => port.postMessage(answers),
})

port.on('message', async (message: JobMessage | 'close') => {
  if (message === 'close') isClosing = true
  else await queue.work(message)
  if (!isClosing || queue.isWorking) return
  database?.close()
  port.close()
})
