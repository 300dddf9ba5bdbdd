import { createRoute, useNavigate } from '@tanstack/react-router'
import { lazy, type ReactNode } from 'react'
import type { PageProps } from '#web/security/search.ts'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import { openTexts } from '#web/ui/language.ts'
import { Later, words } from './later.tsx'
import { root } from './root.tsx'

const MatrixPage = lazy(async () => {
  const [{ MatrixPage }] = await Promise.all([import('#web/security/MatrixPage.tsx'), openTexts('security')])
  return { default: MatrixPage }
})
const CheckPage = lazy(async () => {
  const [{ CheckPage }] = await Promise.all([import('#web/security/CheckPage.tsx'), openTexts('security')])
  return { default: CheckPage }
})
const PosturePage = lazy(async () => {
  const [{ PosturePage }] = await Promise.all([import('#web/security/PosturePage.tsx'), openTexts('security')])
  return { default: PosturePage }
})

const IdentitiesPage = lazy(async () => {
  const [{ IdentitiesPage }] = await Promise.all([import('#web/security/IdentitiesPage.tsx'), openTexts('security')])
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

const posture = createRoute({
  getParentRoute: () => root,
  path: '/security',
  validateSearch: words,
  component: Posture,
  errorComponent: ErrorScreen,
})

const matrix = createRoute({
  getParentRoute: () => root,
  path: '/security/matrix',
  validateSearch: words,
  component: Matrix,
  errorComponent: ErrorScreen,
})

const check = createRoute({
  getParentRoute: () => root,
  path: '/security/check',
  validateSearch: words,
  component: Check,
  errorComponent: ErrorScreen,
})

const identities = createRoute({
  getParentRoute: () => root,
  path: '/security/identities',
  validateSearch: words,
  component: Identities,
  errorComponent: ErrorScreen,
})

const board = createRoute({
  getParentRoute: () => root,
  path: '/security/board',
  validateSearch: words,
  component: Board,
  errorComponent: ErrorScreen,
})

const readiness = createRoute({
  getParentRoute: () => root,
  path: '/security/readiness',
  validateSearch: words,
  component: ReadinessOf,
  errorComponent: ErrorScreen,
})

const learn = createRoute({
  getParentRoute: () => root,
  path: '/security/learn',
  validateSearch: words,
  component: Learn,
  errorComponent: ErrorScreen,
})

const assertions = createRoute({
  getParentRoute: () => root,
  path: '/security/assertions',
  validateSearch: words,
  component: Assertions,
  errorComponent: ErrorScreen,
})

const whatIf = createRoute({
  getParentRoute: () => root,
  path: '/security/what-if',
  validateSearch: words,
  component: WhatIf,
  errorComponent: ErrorScreen,
})

function usePage(search: PageProps['search']): PageProps {
  const navigate = useNavigate()
  return {
    search,
    onSearch: (patch, isStep = false) =>
      void navigate({ to: '.', search: before => ({ ...before, ...patch }), replace: !isStep }),
    onGo: href => void navigate({ href }),
  }
}

function Posture(): ReactNode {
  const page = usePage(posture.useSearch())
  return (
    <Later>
      <PosturePage {...page} />
    </Later>
  )
}

function Matrix(): ReactNode {
  const page = usePage(matrix.useSearch())
  return (
    <Later>
      <MatrixPage {...page} />
    </Later>
  )
}

function Check(): ReactNode {
  const page = usePage(check.useSearch())
  return (
    <Later>
      <CheckPage {...page} />
    </Later>
  )
}

function Identities(): ReactNode {
  const page = usePage(identities.useSearch())
  return (
    <Later>
      <IdentitiesPage {...page} />
    </Later>
  )
}

function Board(): ReactNode {
  const page = usePage(board.useSearch())
  return (
    <Later>
      <BoardPage {...page} />
    </Later>
  )
}

function ReadinessOf(): ReactNode {
  const page = usePage(readiness.useSearch())
  return (
    <Later>
      <ReadinessPage {...page} />
    </Later>
  )
}

function Learn(): ReactNode {
  const page = usePage(learn.useSearch())
  return (
    <Later>
      <LearnPage {...page} />
    </Later>
  )
}

function Assertions(): ReactNode {
  const page = usePage(assertions.useSearch())
  return (
    <Later>
      <AssertionsPage {...page} />
    </Later>
  )
}

function WhatIf(): ReactNode {
  const page = usePage(whatIf.useSearch())
  return (
    <Later>
      <WhatIfPage {...page} />
    </Later>
  )
}

export const securityRoutes = [posture, matrix, check, identities, board, readiness, learn, assertions, whatIf] as const
