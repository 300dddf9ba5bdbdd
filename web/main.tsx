import './ui/fonts.css'
import './ui/tokens.css'
import './ui/base.css'
import './ui/controls.css'
import './ui/page.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { LiveFeeds, openSocket } from '#web/api/live.ts'
import { createQueryClient } from '#web/api/query-client.ts'
import { LiveProvider } from '#web/api/use-live.ts'
import { startLanguage } from '#web/ui/language.ts'
import { createPageRouter } from './routes.tsx'

const cache = createQueryClient()
const feeds = new LiveFeeds({ socket: openSocket(), cache })
const router = createPageRouter()
const place = document.getElementById('root')
if (place === null) throw new Error('index.html has no element #root.')

await startLanguage()
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={cache}>
      <LiveProvider value={feeds}>
        <RouterProvider router={router} />
      </LiveProvider>
    </QueryClientProvider>
  </StrictMode>,
)
