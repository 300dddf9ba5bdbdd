import { analyze } from './weft/analyze.ts'
import { assert } from './weft/assert.ts'
import { evaluate } from './weft/evaluate.ts'
import { learn } from './weft/learn.ts'
import { Mistake } from './weft/mistake.ts'
import { replay } from './weft/replay.ts'

const help = `Weft on the command line.

  npm run -s weft -- analyze FILE|DIR …   what is wrong with manifests, or with a cluster
  npm run -s weft -- evaluate --policies FILE|DIR … --flows FILE   which calls policies let pass, and by which rule
  npm run -s weft -- assert --policies FILE|DIR … --assertions FILE   whether policies keep what was promised of them
  npm run -s weft -- replay --policies FILE|DIR … --prometheus URL    what policies would do to the traffic that was seen
  npm run -s weft -- learn --namespace NAME --prometheus URL    which policies would allow what was seen, and no more

Each command has its own --help.
`

type Command = (args: string[], said: (sentence: string) => void) => Promise<{ output: string; code: number }>

const commands: Record<string, Command> = { analyze, evaluate, assert, replay, learn }

async function main(): Promise<number> {
  const [name, ...rest] = process.argv.slice(2)
  if (name === undefined || name === '--help' || name === '-h') {
    process.stdout.write(help)
    return name === undefined ? 2 : 0
  }
  const command = commands[name]
  if (command === undefined)
    throw new Mistake(`There is no command ${name}; there are ${Object.keys(commands).join(', ')}.`)
  const { output, code } = await command(rest, sentence => process.stderr.write(`weft: ${sentence}\n`))
  process.stdout.write(output)
  return code
}

main().then(
  code => {
    process.exitCode = code
  },
  (error: unknown) => {
    if (!(error instanceof Mistake)) throw error
    process.stderr.write(`weft: ${error.message}\n`)
    process.exitCode = 2
  },
)
