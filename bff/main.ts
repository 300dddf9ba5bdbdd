import { KubeconfigError } from '#bff/sources/kubernetes-credentials.ts'
import { openStore } from '#bff/store/open-store.ts'
import { type App, createApp } from './app.ts'
import { type Env, EnvError, readEnv } from './env.ts'
import { createLog, type Log } from './log.ts'
import { openSources, type OpenSources } from './open-sources.ts'

/** Longest wait for the sources' first words before the ready line. */
const firstWords = 3000

const env = settings()
const log = createLog(env)
const sources = await open(env, log)
const store = openStore({ place: env.store, warned: because => process.stderr.write(`Weft: ${because}\n`) })
const app = await createApp({ sources, users: sources.users, objects: sources.objects, store, env, log })
const { url } = await listen(app, env)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end())
await warn()
process.stdout.write(`Weft is ready at ${url}\n`)
log.info({ url, mesh: env.mesh, cluster: sources.kubernetes.cluster() }, 'Weft is ready')

function settings(): Env {
  try {
    return readEnv()
  } catch (error) {
    if (error instanceof EnvError) fail(...error.sentences)
    throw error
  }
}

async function open(given: Env, to: Log): Promise<OpenSources> {
  try {
    return await openSources(given, to)
  } catch (error) {
    if (error instanceof KubeconfigError) fail(error.message)
    throw error
  }
}

async function listen(on: App, { port, host }: Env): Promise<{ url: string }> {
  try {
    return await on.listen(port, host)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EADDRINUSE')
      fail(`The port ${port} of ${host} is in use by another program; choose one with --port (0 takes any free one).`)
    if (code === 'EACCES')
      fail(`The port ${port} of ${host} needs rights this process does not have; choose one above 1023.`)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      fail(`This machine has no address ${host}; choose one with --host.`)
    throw error
  }
}

/** One sentence for each source that does not answer; the console runs all the same and shows it. */
async function warn(): Promise<void> {
  const patience = new Promise(resolve => setTimeout(resolve, firstWords))
  await Promise.race([Promise.all([app.firstWord, sources.kubernetes.settled()]), patience])
  for (const source of [sources.prometheus, sources.kubernetes, sources.tracing]) {
    const { state, because } = source.state()
    if (state === 'failing' && because !== null) process.stderr.write(`Weft: ${because}\n`)
  }
}

async function end(): Promise<void> {
  await app.close()
  await store.close()
  await sources.close()
  process.exit(0)
}

function fail(...sentences: string[]): never {
  for (const sentence of sentences) process.stderr.write(`Weft: ${sentence}\n`)
  process.exit(1)
}
