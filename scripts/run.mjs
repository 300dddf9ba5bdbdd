// npm run lab, weft and bench: installs what is missing, then hands over to a program of ours under the project's Node.
import { spawn } from 'node:child_process'
import { ensureInstalled, fail, projectEnv, projectNode } from './bootstrap.mjs'

await ensureInstalled()
// npm has already gone to the project folder; the program inherits the terminal.
const child = spawn(projectNode(), process.argv.slice(2), { env: projectEnv(), stdio: 'inherit' })
// The terminal tells the whole group of Ctrl-C; whoever ends us alone means the program.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', error => fail(`${projectNode()} could not be started: ${error.message}`, 127))
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
