import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

export interface Program {
  child: ChildProcess
  /** All it wrote so far. */
  output(): string
  stop(): Promise<void>
}

export interface Lab extends Program {
  kubeconfig: string
  kubernetes: string
  prometheus: string
  tracing: string
  control: string
  /** Takes one of the lab's servers away, or gives it back. */
  outage(server: 'kubernetes' | 'prometheus' | 'tracing', down: boolean): Promise<void>
}

export interface Console extends Program {
  url: string
}

/** Starts one of our programs and waits for the line of its output that `pick` turns into a value. */
async function start<T>(
  args: string[],
  env: Record<string, string>,
  pick: (line: string) => T | undefined,
): Promise<{ program: Program; told: T }> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const force = setTimeout(() => child.kill('SIGKILL'), 5000)
    child.kill('SIGTERM')
    await once(child, 'exit')
    clearTimeout(force)
  }
  const program = { child, output: () => text, stop }
  const lines = createInterface({ input: child.stdout })
  const told = await new Promise<T>((resolve, reject) => {
    lines.on('line', line => {
      text += `${line}\n`
      const value = pick(line)
      if (value !== undefined) resolve(value)
    })
    child.on('exit', code =>
      reject(new Error(`${args.join(' ')} ended with code ${code} before it was ready:\n${text}`)),
    )
  })
  return { program, told }
}

export async function startLab(options: { preset?: string; seed?: number; more?: string[] } = {}): Promise<Lab> {
  const { program, told } = await start(
    ['lab/main.ts', '--preset', options.preset ?? 'shop', '--seed', String(options.seed ?? 1), ...(options.more ?? [])],
    {},
    line => (line.startsWith('{') ? (JSON.parse(line) as Omit<Lab, keyof Program | 'outage'>) : undefined),
  )
  return {
    ...program,
    ...told,
    outage: async (server, down) => {
      const reply = await fetch(`${told.control}/lab/outage`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ server, down }),
      })
      if (!reply.ok) throw new Error(`the lab refused the outage: ${reply.status} ${await reply.text()}`)
    },
  }
}

export async function startConsole(
  mesh: { kubeconfig?: string; prometheus?: string; tracing?: string },
  options: { port?: number; store?: string; env?: Record<string, string> } = {},
): Promise<Console> {
  const env: Record<string, string> = {
    WEFT_MESH: 'lab',
    WEFT_HOST: '127.0.0.1',
    WEFT_PORT: String(options.port ?? 0),
    // A past of its own: two journeys at a time would write each other's.
    WEFT_STORE: options.store ?? 'memory',
    // Replies that break their own contract fail here instead of surprising the page.
    NODE_ENV: 'test',
  }
  if (mesh.kubeconfig) env['WEFT_KUBECONFIG'] = mesh.kubeconfig
  if (mesh.prometheus) env['WEFT_PROMETHEUS_URL'] = mesh.prometheus
  if (mesh.tracing) env['WEFT_TRACING_URL'] = mesh.tracing
  Object.assign(env, options.env)
  const { program, told } = await start(['bff/main.ts'], env, line => /^Weft is ready at (\S+)$/.exec(line)?.[1])
  return { ...program, url: told }
}
