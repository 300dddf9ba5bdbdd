// Loaded into a program that is measured (`node --import`): tells on SIGUSR2 how long its event loop kept everybody waiting since the last time.
import { monitorEventLoopDelay } from 'node:perf_hooks'

const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()

process.on('SIGUSR2', () => {
  const milliseconds = (nanoseconds: number) => Math.round(nanoseconds / 1e5) / 10
  const [most, p99, mean] = [delay.max, delay.percentile(99), delay.mean].map(milliseconds)
  process.stderr.write(`loop ${JSON.stringify({ most, p99, mean })}\n`)
  delay.reset()
})
