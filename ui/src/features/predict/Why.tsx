import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { asApiError } from '@/api/errors';
import type { Explanation } from '@/api/reports';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Section } from '@/components/Section';
import { LoadingState, PartialNote } from '@/components/States';
import { useWords } from '@/i18n/useWords';

/** What moved the answer for this row, most first: bars to the right push it up, to the left down. */
export function Why(explain: { data: Explanation | undefined; error: unknown; isPending: boolean }) {
  const { t, format } = useWords();
  const title = t('predict:why.title');
  if (explain.isPending) {
    return (
      <Section title={title}>
        <LoadingState lines={4} />
      </Section>
    );
  }
  if (explain.error) {
    // A service without explanations has nothing to say here.
    if ([404, 405, 501].includes(asApiError(explain.error).status)) return null;
    return (
      <Section title={title}>
        <ErrorPanel error={explain.error} title={t('predict:why.failed')} />
      </Section>
    );
  }
  const row = explain.data?.rows[0];
  if (!explain.data || !row) return null;
  const most = Math.max(...row.contributions.map(({ contribution }) => Math.abs(contribution)), 1e-12);
  return (
    <Section title={title}>
      {row.contributions.length === 0 ? (
        <Typography variant="body2" color="textSecondary">
          {explain.data.reason ?? t('predict:why.none')}
        </Typography>
      ) : (
        <>
          <Typography variant="body2" color="textSecondary" sx={{ mb: 1 }}>
            {t(`predict:why.${explain.data.scale}`)}
            {row.label !== null && ` ${t('predict:why.towards', { label: row.label })}`}
          </Typography>
          {explain.data.covered_weight < 0.999 && (
            <PartialNote reason={t('predict:why.covered', { share: format.percent(explain.data.covered_weight, 0) })} />
          )}
          <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, mt: 1 }}>
            {row.contributions.map(({ feature, value, contribution }) => (
              <Box
                component="li"
                key={feature}
                sx={{
                  display: 'grid',
                  gridTemplateColumns: 'minmax(0, 5fr) minmax(60px, 4fr) 4.5rem',
                  columnGap: 1,
                  py: 0.4,
                  alignItems: 'center',
                }}
              >
                <Typography variant="body2" noWrap title={`${feature} = ${value ?? t('predict:form.missing')}`}>
                  {feature}{' '}
                  <Typography component="span" variant="body2" color="textSecondary">
                    {value ?? t('predict:form.missing')}
                  </Typography>
                </Typography>
                <Box aria-hidden sx={{ position: 'relative', height: 12 }}>
                  <Box
                    sx={{
                      position: 'absolute',
                      left: '50%',
                      top: -3,
                      bottom: -3,
                      borderLeft: 1,
                      borderColor: 'divider',
                    }}
                  />
                  <Box
                    sx={{
                      position: 'absolute',
                      height: 1,
                      borderRadius: 0.5,
                      width: `${(Math.abs(contribution) / most) * 50}%`,
                      ...(contribution >= 0
                        ? { left: '50%', bgcolor: 'primary.main' }
                        : { right: '50%', bgcolor: 'warning.main' }),
                    }}
                  />
                </Box>
                <Typography variant="body2" className="tabular" sx={{ textAlign: 'right' }}>
                  {contribution > 0 ? '+' : ''}
                  {format.number(contribution, 3)}
                </Typography>
              </Box>
            ))}
          </Box>
          <Typography variant="caption" color="textSecondary" className="tabular">
            {t('predict:why.sum', {
              base: format.number(row.base_value, 3),
              rest: format.number(row.rest, 3),
              total: format.number(row.total, 3),
            })}
          </Typography>
        </>
      )}
    </Section>
  );
}
