import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import type { Authority, Credential } from './certificates.ts'
import { freePort } from './free_port.ts'

/** Debian keeps it where only root looks for programs. */
const PROGRAM = existsSync('/usr/sbin/nginx') ? '/usr/sbin/nginx' : 'nginx'

export interface Nginx {
  readonly port: number
  stop(): Promise<void>
}

/** Whether somebody answers there by TLS. */
export const answersByTls = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
    socket.once('secureConnect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

/** What docs/guides/mutual_tls.md says between the braces of `location /`, for a provider at this port. */
export async function guidedLocation(port: number): Promise<string> {
  const guide = await readFile('docs/guides/mutual_tls.md', 'utf8')
  const [, location = ''] = /```nginx\n(.*?)```/s.exec(guide) ?? []
  return location.replace('3000', String(port))
}

/** @param location what stands between the braces of `location /` */
const configurationOf = (folder: string, port: number, location: string) => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr warn;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port} ssl;
    server_name localhost;
    ssl_certificate ${folder}/server.pem;
    ssl_certificate_key ${folder}/server.key;
    ssl_client_certificate ${folder}/clients.pem;
    ssl_verify_client optional_no_ca;
    location / {
${location}
    }
  }
}
`

/** Ends TLS in front of a provider, and asks clients for certificates of an authority, but insists on none. */
export async function startNginx(server: Credential, clients: Authority, location: string): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'nginx-'))
  const port = await freePort()
  await Promise.all([
    writeFile(join(folder, 'server.pem'), server.cert),
    writeFile(join(folder, 'server.key'), server.key),
    writeFile(join(folder, 'clients.pem'), clients.cert),
    writeFile(join(folder, 'nginx.conf'), configurationOf(folder, port, location)),
  ])
  const child = spawn(PROGRAM, ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
  })
  await untilThere(child, port)
  return {
    port,
    async stop() {
      child.kill()
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

/** Waits until it answers; the runner's own time limit ends it. */
async function untilThere(child: ChildProcess, port: number): Promise<void> {
  while (!(await answersByTls(port))) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
