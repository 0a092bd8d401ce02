import { useQueryClient } from '@tanstack/react-query';
import { deleteModel } from '@/api/models';
import type { Model } from '@/api/types';
import { useAnnouncer } from '@/components/Announcer';
import { useWords } from '@/i18n/useWords';
import { GRACE_MS, leave, stay } from './leaving';

/** Deletes a model after some seconds in which it can be taken back; says so. */
export function useDelete(): (model: Model) => void {
  const { t, format } = useWords();
  const { toast } = useAnnouncer();
  const client = useQueryClient();
  return (model) => {
    leave(model.id, () => {
      deleteModel(model.id)
        .then(() => {
          client.removeQueries({ queryKey: ['model', model.id] });
          toast({ text: t('models:delete.done', { name: model.name }) });
        })
        .catch((error: unknown) =>
          toast({
            text: `${t('models:delete.failed', { name: model.name })} ${error instanceof Error ? error.message : ''}`,
            severity: 'error',
          }),
        )
        .finally(() => client.invalidateQueries({ queryKey: ['models'] }));
    });
    toast({
      text: t('models:delete.soon', { name: model.name, time: format.duration(GRACE_MS / 1000) }),
      severity: 'info',
      action: { label: t('shell:action.undo'), run: () => stay(model.id) },
    });
  };
}
