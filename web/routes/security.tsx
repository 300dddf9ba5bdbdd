import { createRoute, useNavigate } from '@tanstack/react-router'
import { type ComponentType, lazy, type ReactNode } from 'react'
import type { PageProps } from '#web/security/search.ts'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import { openTexts } from '#web/ui/language.ts'
import { Later, words } from './later.tsx'
import { root } from './root.tsx'

const MatrixPage = lazy(async () => {
  const [{ MatrixPage }] = await Promise.all([import('#web/security/matrix/MatrixPage.tsx'), openTexts('security')])
  return { default: MatrixPage }
})
const CheckPage = lazy(async () => {
  const [{ CheckPage }] = await Promise.all([import('#web/security/check/CheckPage.tsx'), openTexts('security')])
  return { default: CheckPage }
})
const PosturePage = lazy(async () => {
  const [{ PosturePage }] = await Promise.all([import('#web/security/posture/PosturePage.tsx'), openTexts('security')])
  return { default: PosturePage }
})

const IdentitiesPage = lazy(async () => {
  const [{ IdentitiesPage }] = await Promise.all([
    import('#web/security/identities/IdentitiesPage.tsx'),
    openTexts('security'),
  ])
  return { default: IdentitiesPage }
})

/** These are lent the way to the cluster by the room of configuration. */
const lent = async () => (await Promise.all([import('./lent.tsx'), openTexts('config'), openTexts('security')]))[0]
const BoardPage = lazy(async () => ({ default: (await lent()).Board }))
const AssertionsPage = lazy(async () => ({ default: (await lent()).Assertions }))
const LearnPage = lazy(async () => ({ default: (await lent()).Learn }))
const ReadinessPage = lazy(async () => ({ default: (await lent()).Readiness }))

const WhatIfPage = lazy(async () => {
  const [{ WhatIfPage }, { NotOnMap }, { MarkedMap }] = await Promise.all([
    import('#web/security/replay/WhatIfPage.tsx'),
    import('#web/security/replay/NotOnMap.tsx'),
    import('#web/topology/MarkedMap.tsx'),
    openTexts('security'),
  ])
  return {
    default: (props: PageProps) => (
      <WhatIfPage
        {...props}
        map={calls => <MarkedMap calls={calls} missing={missing => <NotOnMap calls={missing} />} />}
      />
    ),
  }
})

const page = <Path extends '/security' | `/security/${string}`>(path: Path, Page: ComponentType<PageProps>) => {
  const route = createRoute({
    getParentRoute: () => root,
    path,
    validateSearch: words,
    component: Here,
    errorComponent: ErrorScreen,
  })
  function Here(): ReactNode {
    const navigate = useNavigate()
    return (
      <Later>
        <Page
          search={route.useSearch()}
          onSearch={(patch, isStep = false) =>
            void navigate({ to: '.', search: before => ({ ...before, ...patch }), replace: !isStep })
          }
          onGo={href => void navigate({ href })}
        />
      </Later>
    )
  }
  return route
}

export const securityRoutes = [
  page('/security', PosturePage),
  page('/security/matrix', MatrixPage),
  page('/security/check', CheckPage),
  page('/security/identities', IdentitiesPage),
  page('/security/board', BoardPage),
  page('/security/readiness', ReadinessPage),
  page('/security/learn', LearnPage),
  page('/security/assertions', AssertionsPage),
  page('/security/what-if', WhatIfPage),
] as const
