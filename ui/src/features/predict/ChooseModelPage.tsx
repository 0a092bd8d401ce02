import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Card from '@mui/material/Card';
import CardActionArea from '@mui/material/CardActionArea';
import CardContent from '@mui/material/CardContent';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router';
import { useEnough } from '@/api/enough';
import { useModels } from '@/api/queries';
import { SearchField } from '@/components/SearchField';
import { PageHeader } from '@/components/Section';
import { Asked, EmptyState, LoadingState } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { useAddress } from '@/lib/useAddress';
import { usePaused } from '@/lib/usePaused';

/** Which model shall answer. */
export default function ChooseModelPage() {
  const { t, format } = useWords();
  const [address, set] = useAddress();
  const words = address.get('q') ?? '';
  // Asked when the typing pauses.
  const search = usePaused(words.trim(), 250);
  const models = useModels(100, search);
  const shown = models.data?.pages.flatMap((page) => page.items) ?? [];
  useEnough(models, shown.length, search !== '');
  const looks = models.hasNextPage || models.isPlaceholderData;
  return (
    <>
      <PageHeader title={t('predict:choose.title')} subtitle={t('predict:choose.subtitle')} />
      <Asked
        query={models}
        failed={t('predict:choose.failed')}
        isEmpty={() => shown.length === 0 && search === '' && words === '' && !models.isPlaceholderData}
        empty={
          <EmptyState
            title={t('predict:choose.empty')}
            action={
              <Button variant="contained" component={RouterLink} to="/jobs/new">
                {t('shell:nav.newJob')}
              </Button>
            }
          >
            {t('predict:choose.emptyWhy')}
          </EmptyState>
        }
      >
        {() => (
          <>
            <Box sx={{ mb: 2 }}>
              <SearchField
                label={t('predict:choose.search')}
                value={words}
                onChange={(next) => set({ q: next || null })}
              />
            </Box>
            {shown.length === 0 && (looks ? <LoadingState /> : <EmptyState title={t('predict:choose.noMatch')} />)}
            <Box
              sx={{
                display: 'grid',
                gap: 1.5,
                gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 260px), 1fr))',
              }}
            >
              {shown.map((model) => (
                <Card key={model.id} variant="outlined">
                  <CardActionArea component={RouterLink} to={`/models/${model.id}/predict`} sx={{ height: 1 }}>
                    <CardContent>
                      <Typography variant="h3" component="h2" sx={{ overflowWrap: 'anywhere' }}>
                        {model.name}
                      </Typography>
                      <Typography variant="body2" color="textSecondary" className="tabular">
                        {[
                          model.latest && t(`shell:task.${model.latest.task}`),
                          model.latest && `${model.latest.metric} ${format.score(model.latest.score)}`,
                          format.dateTime(model.created_at),
                        ]
                          .filter(Boolean)
                          .join(' · ')}
                      </Typography>
                    </CardContent>
                  </CardActionArea>
                </Card>
              ))}
            </Box>
            {models.hasNextPage && (
              <Button sx={{ mt: 2 }} onClick={() => void models.fetchNextPage()} disabled={models.isFetchingNextPage}>
                {t('shell:state.more')}
              </Button>
            )}
          </>
        )}
      </Asked>
    </>
  );
}
