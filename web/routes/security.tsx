import type { ReactNode } from 'react'
import type { PageProps } from '#web/security/search.ts'
import { later } from '#web/ui/later.ts'
import { page } from './page.tsx'

const PosturePage = later(async () => (await import('#web/security/posture/PosturePage.tsx')).PosturePage, 'security')
const MatrixPage = later(async () => (await import('#web/security/matrix/MatrixPage.tsx')).MatrixPage, 'security')
const CheckPage = later(async () => (await import('#web/security/check/CheckPage.tsx')).CheckPage, 'security')
const IdentitiesPage = later(
  async () => (await import('#web/security/identities/IdentitiesPage.tsx')).IdentitiesPage,
  'security',
)

/** These are lent the way to the cluster by the room of configuration. */
const BoardPage = later(async () => (await import('./lent.tsx')).Board, 'config', 'security')
const ReadinessPage = later(async () => (await import('./lent.tsx')).Readiness, 'config', 'security')
const LearnPage = later(async () => (await import('./lent.tsx')).Learn, 'config', 'security')
const AssertionsPage = later(async () => (await import('./lent.tsx')).Assertions, 'config', 'security')

const WhatIfPage = later(async () => {
  const [{ WhatIfPage }, { replayMap }] = await Promise.all([
    import('#web/security/replay/WhatIfPage.tsx'),
    import('./replay-map.tsx'),
  ])
  return (props: PageProps): ReactNode => <WhatIfPage {...props} map={replayMap} />
}, 'security')

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
