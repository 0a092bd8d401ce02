import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useJobs } from '@/api/queries';
import { type SystemFacts, useFacts, useHealth } from '@/api/system';
import { CopyButton } from '@/components/CopyButton';
import { Link } from '@/components/Link';
import { Facts, PageHeader, Section } from '@/components/Section';
import { Asked, EmptyState, PartialNote } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { Components } from './Components';
import { hitRatio, partsOf } from './health';
import { SelfTest } from './SelfTest';

const SEVERITY = { ok: 'success', degraded: 'warning', unavailable: 'error' } as const;

export default function SystemPage() {
  const { t, format } = useWords();
  const health = useHealth();
  const facts = useFacts();
  return (
    <>
      <PageHeader title={t('system:title')} subtitle={t('system:subtitle')} />
      <Asked query={health} failed={t('system:health.failed')} lines={4}>
        {(found) => (
          <Section title={t('system:health.title')}>
            <Alert severity={SEVERITY[found.status]} variant="outlined" sx={{ mb: 1.5 }} role="status">
              {t(`system:health.${found.status}`)}
              {found.status !== 'ok' && ` ${t(`system:health.${found.status}Why`)}`}
            </Alert>
            {health.error !== null && (
              <PartialNote reason={t('system:health.old', { time: format.time(health.dataUpdatedAt) })} />
            )}
            <Components parts={partsOf(found.components)} />
          </Section>
        )}
      </Asked>
      <Box
        sx={{
          display: 'grid',
          columnGap: 2,
          mt: 2,
          gridTemplateColumns: { xs: '1fr', md: '1fr 1fr' },
          alignItems: 'start',
        }}
      >
        <Work />
        <SelfTest />
        <Asked query={facts} failed={t('system:facts.failed')} lines={6}>
          {(found) => (
            <>
              <About facts={found} />
              <Reads facts={found} />
            </>
          )}
        </Asked>
      </Box>
    </>
  );
}

/** How many jobs go on and wait. */
function Work() {
  const { t, format } = useWords();
  const jobs = useJobs(100);
  return (
    <Section title={t('system:work.title')}>
      <Asked query={jobs} failed={t('system:work.failed')} lines={2}>
        {({ pages }) => {
          const newest = pages.flatMap((page) => page.items);
          const count = (...states: string[]) =>
            format.integer(newest.filter((job) => states.includes(job.state)).length);
          return (
            <>
              <Facts
                items={[
                  [
                    t('system:work.running'),
                    <Link key="r" to="/jobs?state=running">
                      {count('running', 'finishing')}
                    </Link>,
                  ],
                  [
                    t('system:work.queued'),
                    <Link key="q" to="/jobs?state=queued">
                      {count('queued')}
                    </Link>,
                  ],
                ]}
              />
              {jobs.hasNextPage && (
                <Box sx={{ mt: 1 }}>
                  <PartialNote reason={t('system:work.newest', { count: newest.length })} />
                </Box>
              )}
            </>
          );
        }}
      </Asked>
    </Section>
  );
}

function About({ facts }: { facts: SystemFacts }) {
  const { t, format } = useWords();
  // Only addresses of the web: what the service says is text.
  const links = [
    [t('system:facts.rayDashboard'), facts.ray_dashboard],
    ['Prometheus', facts.prometheus],
    ['Grafana', facts.grafana],
  ].filter((each): each is [string, string] => /^https?:\/\//.test(each[1] ?? ''));
  return (
    <Section title={t('system:facts.title')}>
      <Facts
        items={[
          ['automl', facts.version],
          ['Ray', facts.ray],
          ['Python', facts.python],
          [
            t('system:facts.home'),
            <Box key="home" component="span" sx={{ display: 'inline-flex', alignItems: 'center' }}>
              <code>{facts.home}</code>
              <CopyButton text={facts.home} />
            </Box>,
          ],
          [t('system:facts.profile'), facts.profile],
          [t('system:facts.compute'), facts.compute],
          [t('system:facts.cpus'), format.integer(facts.cpus)],
          ...(facts.url ? ([[t('system:facts.address'), facts.url]] as const) : []),
        ]}
      />
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', mt: 1.5 }}>
        {links.map(([name, address]) => (
          <Button
            key={name}
            size="small"
            variant="outlined"
            component="a"
            href={address}
            target="_blank"
            rel="noreferrer"
          >
            {name}
          </Button>
        ))}
        <Button size="small" variant="outlined" component="a" href="/docs" target="_blank" rel="noreferrer">
          {t('shell:top.docs')}
        </Button>
        <Button size="small" variant="outlined" component="a" href="/metrics" target="_blank" rel="noreferrer">
          {t('system:facts.metrics')}
        </Button>
      </Box>
    </Section>
  );
}

/** Where values and blocks were found when they were read. */
function Reads({ facts }: { facts: SystemFacts }) {
  const { t, format } = useWords();
  const { cache, blocks } = facts;
  const ratio = hitRatio(cache);
  const levels = Object.entries(blocks ?? {}).filter(([, count]) => count > 0);
  if (!cache) return null;
  return (
    <Section title={t('system:reads.title')}>
      {ratio === null && levels.length === 0 ? (
        <EmptyState title={t('system:reads.empty')}>{t('system:reads.emptyWhy')}</EmptyState>
      ) : (
        <Facts
          items={[
            [t('system:reads.ratio'), ratio === null ? '–' : format.percent(ratio)],
            [t('system:reads.hits'), format.integer(cache.hits)],
            [t('system:reads.misses'), format.integer(cache.misses)],
            [t('system:reads.errors'), format.integer(cache.errors)],
            [t('system:reads.size'), format.bytes(cache.size_bytes)],
            ...levels.map(
              ([level, count]) =>
                [t('system:reads.from', { level: t(`system:level.${level}`) }), format.integer(count)] as const,
            ),
          ]}
        />
      )}
    </Section>
  );
}
