import { defineConfig } from '@playwright/test'

const waiting = ['one-reading', 'real-prometheus', 'scale-to-zero'].map(name => `**/${name}.spec.ts`)

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  // Each worker has a lab, a console and a browser of its own. Beside two that walk there is one that hardly does anything
  // but wait for scrapes and windows, from the beginning on: never at the end, when nothing is left to do meanwhile.
  workers: 3,
  projects: [
    { name: 'waiting', testMatch: waiting, workers: 1 },
    { name: 'walking', testIgnore: waiting, workers: 2 },
  ],
  fullyParallel: false,
  // A journey that fails once and passes then is told as flaky, by name: it is a fault, of ours or of a busy machine.
  retries: 1,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ?? 'test-results/e2e.json' }]],
  use: {
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: process.env['WEFT_CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
    screenshot: 'only-on-failure',
    trace: 'off',
  },
})
