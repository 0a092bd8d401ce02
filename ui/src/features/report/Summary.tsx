import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import type { Report } from '@/api/reports';
import { useWords } from '@/i18n/useWords';

/** What the model is worth in one number and in all metrics of the task. */
export function Summary({ data, report }: { data: NonNullable<Report['scores']['data']>; report: Report }) {
  const { t, format } = useWords();
  const first = data.metrics.find(({ decided }) => decided) ?? data.metrics[0];
  const tested = data.metrics.some(({ test }) => test !== null);
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 3,
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(0, 1fr) minmax(0, 1.6fr)' },
      }}
    >
      <Box>
        <Typography className="tabular" sx={{ fontSize: '2.2rem', fontWeight: 700, lineHeight: 1.15 }}>
          {format.score(data.shown ?? first?.value ?? null)}
        </Typography>
        <Typography variant="body2">{first?.title ?? data.metric}</Typography>
        <Typography variant="body2" color="text.secondary" sx={{ mt: 1 }}>
          {t('report:summary.rows', { rows: format.integer(data.rows), folds: data.folds })}
          {data.test !== null &&
            ` ${t('report:summary.test', { score: format.score(data.test), rows: format.integer(data.test_rows) })}`}
        </Typography>
        {first?.decided && data.shown !== null && format.score(data.shown) !== format.score(first.value) && (
          <Typography variant="body2" color="text.secondary" sx={{ mt: 1 }}>
            {t('report:summary.cross', { value: format.score(first.value) })}
          </Typography>
        )}
        <Typography variant="body2" color="text.secondary" sx={{ mt: 1 }}>
          {t(`models:variant.help.${report.variant}`)}{' '}
          {t('report:summary.made', {
            count: report.members.data?.length ?? 0,
            date: format.dateTime(report.created_at),
          })}
        </Typography>
      </Box>
      <Box sx={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={t('report:summary.metrics')}>
        <Table size="small" aria-label={t('report:summary.metrics')}>
          <TableHead>
            <TableRow>
              <TableCell>{t('report:summary.metric')}</TableCell>
              <TableCell align="right">{t('report:summary.value')}</TableCell>
              <TableCell align="right">{t('report:summary.spread')}</TableCell>
              {tested && <TableCell align="right">{t('report:summary.held')}</TableCell>}
            </TableRow>
          </TableHead>
          <TableBody>
            {data.metrics.map((row) => (
              <TableRow key={row.metric}>
                <TableCell sx={{ fontWeight: row.decided ? 700 : undefined }}>
                  {row.title}
                  <Typography
                    component="span"
                    variant="caption"
                    color="text.secondary"
                    sx={{ ml: 0.75 }}
                    title={t(row.greater_is_better ? 'report:summary.more' : 'report:summary.less')}
                  >
                    {row.greater_is_better ? '↑' : '↓'}
                  </Typography>
                </TableCell>
                <TableCell align="right" className="tabular" sx={{ whiteSpace: 'nowrap' }}>
                  {format.score(row.value)}
                </TableCell>
                <TableCell align="right" className="tabular" sx={{ whiteSpace: 'nowrap' }}>
                  {row.std === null ? '–' : `± ${format.score(row.std)}`}
                </TableCell>
                {tested && (
                  <TableCell align="right" className="tabular" sx={{ whiteSpace: 'nowrap' }}>
                    {format.score(row.test)}
                  </TableCell>
                )}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Box>
    </Box>
  );
}
