import { useMutation } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { api, seg } from '@/api/client';
import type { Dataset, ReadOptions } from '@/api/types';

/** Reads the stored bytes anew, on top of how they were to be read; goes to the data set that this makes. */
export function useReread(dataset: Dataset) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (changes: Partial<ReadOptions>) => {
      const before = dataset.options as Partial<ReadOptions>;
      const options = { ...before, ...changes, types: { ...before.types, ...changes.types } };
      return api.create<Dataset>(`/v1/datasets/${seg(dataset.id)}:reread`, options);
    },
    onSuccess: (made) => navigate(`/datasets/${made.id}`),
  });
}
