import { createRoute, useNavigate } from '@tanstack/react-router'
import { lazy, type ReactNode } from 'react'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import { openTexts } from '#web/ui/language.ts'
import { Later, words } from './later.tsx'
import { root } from './root.tsx'

const MeshLive = lazy(async () => {
  const [{ MeshLive }] = await Promise.all([
    import('./mesh-live.tsx'),
    ...(['proxies', 'metrics', 'charts', 'overview'] as const).map(openTexts),
  ])
  return { default: MeshLive }
})

export const mesh = createRoute({
  getParentRoute: () => root,
  path: '/mesh',
  validateSearch: words,
  component: Mesh,
  errorComponent: ErrorScreen,
})

function Mesh(): ReactNode {
  const navigate = useNavigate()
  return (
    <Later>
      <MeshLive
        search={mesh.useSearch()}
        onSearch={patch => void navigate({ to: '.', search: before => ({ ...before, ...patch }) })}
        onGo={href => void navigate({ href })}
      />
    </Later>
  )
}
