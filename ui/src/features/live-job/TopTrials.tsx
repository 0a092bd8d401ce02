import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import type { LeaderboardRow, Page } from '@/api/types';
import { Link } from '@/components/Link';
import { Section } from '@/components/Section';
import { Asked, EmptyState } from '@/components/States';
import { useWords } from '@/i18n/useWords';

const SHOWN = 8;

/** The best trials so far; all of them are in the leaderboard. */
export function TopTrials(props: {
  jobId: string;
  query: { data: Page<LeaderboardRow> | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
}) {
  const { t, format } = useWords();
  return (
    <Section
      title={t('job:top.title')}
      actions={<Link to={`/jobs/${props.jobId}/leaderboard`}>{t('job:top.all')}</Link>}
    >
      <Asked
        query={props.query}
        failed={t('job:top.failed')}
        isEmpty={(page) => page.items.length === 0}
        empty={<EmptyState title={t('job:top.empty')} />}
      >
        {(page) => (
          <Box sx={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={t('job:top.title')}>
            <Table size="small" aria-label={t('job:top.title')}>
              <TableHead>
                <TableRow>
                  <TableCell>{t('job:top.name')}</TableCell>
                  <TableCell>{t('job:top.state')}</TableCell>
                  <TableCell align="right">{t('job:figure.score')}</TableCell>
                  <TableCell align="right">{t('job:top.spread')}</TableCell>
                  <TableCell align="right">{t('job:top.folds')}</TableCell>
                  <TableCell align="right">{t('job:top.fit')}</TableCell>
                </TableRow>
              </TableHead>
              <TableBody>
                {page.items.slice(0, SHOWN).map((row) => (
                  <TableRow key={row.trial}>
                    <TableCell sx={{ maxWidth: 280, overflowWrap: 'anywhere' }}>{row.name}</TableCell>
                    <TableCell>{t(`job:trialState.${row.state}`)}</TableCell>
                    <TableCell align="right" className="tabular">
                      {format.score(row.score)}
                    </TableCell>
                    <TableCell align="right" className="tabular">
                      {row.score_std === null ? '–' : `± ${format.score(row.score_std)}`}
                    </TableCell>
                    <TableCell align="right" className="tabular">
                      {format.integer(row.folds)}
                    </TableCell>
                    <TableCell align="right" className="tabular" sx={{ whiteSpace: 'nowrap' }}>
                      {format.duration(row.fit_s)}
                    </TableCell>
                  </TableRow>
                ))}
              </TableBody>
            </Table>
          </Box>
        )}
      </Asked>
    </Section>
  );
}
