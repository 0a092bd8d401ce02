import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useMemo, useState } from 'react';
import { answersAddress, type StoredPrediction, useEnd, usePredictions } from '@/api/predictions';
import { isTerminal } from '@/api/types';
import { useAnnouncer } from '@/components/Announcer';
import { ConfirmDialog } from '@/components/ConfirmDialog';
import { Section } from '@/components/Section';
import { Asked, EmptyState, PartialNote } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import { StoredAnswer } from './StoredAnswer';

/** Predictions of whole datasets by this model, newest first. */
export function Answers({ modelId }: { modelId: string }) {
  const { t } = useWords();
  const { toast } = useAnnouncer();
  const stored = usePredictions();
  const end = useEnd();
  const [leaving, setLeaving] = useState<StoredPrediction | null>(null);
  const all = useMemo(() => stored.data?.pages.flatMap((page) => page.items) ?? [], [stored.data]);
  const own = all.filter((each) => each.model_id === modelId);
  const act = (id: string, how: 'cancel' | 'delete') =>
    end.mutate(
      { id, how },
      {
        onSuccess: () => how === 'delete' && toast({ text: t('predict:stored.deleted') }),
        onError: (error) => toast({ text: error.message, severity: 'error' }),
        onSettled: () => setLeaving(null),
      },
    );
  return (
    <Section title={t('predict:stored.title')}>
      <Asked
        query={stored}
        failed={t('predict:stored.failed')}
        isEmpty={() => own.length === 0 && !stored.hasNextPage}
        empty={<EmptyState title={t('predict:stored.empty')}>{t('predict:stored.emptyWhy')}</EmptyState>}
      >
        {() => (
          <>
            {stored.error !== null && <PartialNote reason={t('predict:stored.old')} />}
            <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
              {own.map((each) => (
                <StoredAnswer
                  key={each.id}
                  stored={each}
                  onCancel={() => act(each.id, 'cancel')}
                  onDelete={() => setLeaving(each)}
                  csv={answersAddress(each.id, 'csv')}
                  parquet={answersAddress(each.id, 'parquet')}
                />
              ))}
            </Box>
            {stored.hasNextPage && (
              <Button onClick={() => void stored.fetchNextPage()} disabled={stored.isFetchingNextPage}>
                {t('shell:state.more')}
              </Button>
            )}
          </>
        )}
      </Asked>
      <ConfirmDialog
        open={leaving !== null && isTerminal(leaving.state)}
        title={t('predict:stored.deleteTitle')}
        text={t('predict:stored.deleteText')}
        confirm={t('shell:action.delete')}
        dangerous
        busy={end.isPending}
        onConfirm={() => leaving && act(leaving.id, 'delete')}
        onClose={() => setLeaving(null)}
      />
    </Section>
  );
}
