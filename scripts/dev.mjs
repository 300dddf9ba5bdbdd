// npm run dev: lab and BFF under `node --watch`, the page under Vite, all ended by one Ctrl-C.
import { ensureInstalled, fail, say } from './bootstrap.mjs'
import { endAll, endWithUs, firstLine, startProgram } from './children.mjs'
import { readFlags } from './flags.mjs'

const flags = readFlags(process.argv.slice(2), process.env)
if (flags.kind !== 'start') fail(flags.sentence ?? 'npm run dev takes the flags of npm start.', 2)
await ensureInstalled()
endWithUs()

// Fixed ports: the BFF's watcher restarts without anyone telling it where the lab went.
const ports = { kubernetes: 4283, prometheus: 4284, tracing: 4285 }
const ended = name => async code => {
  await endAll()
  fail(`${name} ended with code ${code}.`)
}
const lab = startProgram(
  [
    '--watch-path=lab',
    'lab/main.ts',
    '--preset',
    flags.preset,
    '--seed',
    String(flags.seed),
    ...Object.entries(ports).flatMap(([name, port]) => [`--${name}-port`, String(port)]),
  ],
  { onEnd: ended('the lab') },
)
const told = await firstLine(lab, line => (line.startsWith('{') ? JSON.parse(line) : undefined))
const bff = startProgram(['--watch-path=bff', '--watch-path=shared', 'bff/main.ts'], {
  env: {
    WEFT_MESH: 'lab',
    WEFT_KUBECONFIG: told.kubeconfig,
    WEFT_PROMETHEUS_URL: told.prometheus,
    WEFT_TRACING_URL: told.tracing,
    WEFT_PORT: '4282',
    // Replies that break their own contract fail loudly.
    NODE_ENV: 'development',
    // The page is served from Vite's own port, so that origin is expected too.
    WEFT_ALLOWED_ORIGINS: 'http://127.0.0.1:4281',
  },
  onEnd: ended('the BFF'),
})
bff.stdout.pipe(process.stderr)
const vite = startProgram(['node_modules/vite/bin/vite.js'], {
  env: { WEFT_DEV_BFF: 'http://127.0.0.1:4282' },
  onEnd: ended('Vite'),
})
vite.stdout.pipe(process.stderr)
say('The page is at http://127.0.0.1:4281')
