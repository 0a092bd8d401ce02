import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Card from '@mui/material/Card';
import CardActionArea from '@mui/material/CardActionArea';
import CardContent from '@mui/material/CardContent';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { Link as RouterLink, useSearchParams } from 'react-router';
import { useModels } from '@/api/queries';
import { PageHeader } from '@/components/Section';
import { Asked, EmptyState } from '@/components/States';
import { useWords } from '@/i18n/useWords';

/** Which model shall answer. */
export default function ChooseModelPage() {
  const { t, format } = useWords();
  const [address, setAddress] = useSearchParams();
  const words = address.get('q') ?? '';
  const models = useModels(100);
  const all = models.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = all.filter((each) => `${each.name} ${each.id}`.toLowerCase().includes(words.trim().toLowerCase()));
  return (
    <>
      <PageHeader title={t('predict:choose.title')} subtitle={t('predict:choose.subtitle')} />
      <Asked
        query={models}
        failed={t('predict:choose.failed')}
        isEmpty={() => all.length === 0}
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
            <TextField
              data-search
              type="search"
              size="small"
              label={t('predict:choose.search')}
              value={words}
              onChange={(event) => setAddress(event.target.value ? { q: event.target.value } : {}, { replace: true })}
              sx={{ mb: 2, width: '100%', maxWidth: 420 }}
            />
            {shown.length === 0 && <EmptyState title={t('predict:choose.noMatch')} />}
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
