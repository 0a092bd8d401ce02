import { mdiRestore } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { type FormEvent, useState } from 'react';
import { CHAMPION, type Change, useChange } from '@/api/models';
import type { Model } from '@/api/types';
import { useAnnouncer } from '@/components/Announcer';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Icon } from '@/components/Icon';
import { Section } from '@/components/Section';
import { useWords } from '@/i18n/useWords';

const ALIAS = /^[a-z][a-z0-9_-]{0,39}$/;

/** Movable names: which version each means, back to what it meant before, and new ones. */
export function Aliases({ model }: { model: Model }) {
  const { t } = useWords();
  const { toast } = useAnnouncer();
  const change = useChange(model.id);
  const [alias, setAlias] = useState('');
  const [version, setVersion] = useState(model.versions[0] ?? '');
  const isBad = alias !== '' && !ALIAS.test(alias);
  const act = (what: Change, done: (now: Model) => string) =>
    change.mutate(what, { onSuccess: (now) => toast({ text: done(now) }) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ALIAS.test(alias)) return;
    act({ kind: 'alias', alias, version }, () => t('models:alias.moved', { alias, version }));
    setAlias('');
  };
  const all = Object.entries(model.aliases).sort(([a], [b]) =>
    a === CHAMPION ? -1 : b === CHAMPION ? 1 : a < b ? -1 : 1,
  );
  return (
    <Section title={t('models:alias.title')}>
      <Typography variant="body2" color="textSecondary" sx={{ mb: 1 }}>
        {t('models:alias.why')}
      </Typography>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {all.map(([name, meant]) => (
          <Stack
            key={name}
            component="li"
            direction="row"
            sx={{ gap: 1.5, py: 0.5, alignItems: 'center', flexWrap: 'wrap' }}
          >
            <Typography sx={{ fontWeight: 600 }}>{name}</Typography>
            <Typography color="textSecondary">→ {t('models:version.name', { version: meant })}</Typography>
            <Button
              size="small"
              startIcon={<Icon path={mdiRestore} />}
              disabled={change.isPending}
              onClick={() =>
                act({ kind: 'rollback', alias: name, version: meant }, (now) =>
                  t('models:alias.moved', { alias: name, version: now.aliases[name] ?? '' }),
                )
              }
            >
              {t('models:alias.rollBack')}
            </Button>
          </Stack>
        ))}
      </Box>
      <Stack
        component="form"
        noValidate
        onSubmit={submit}
        direction="row"
        sx={{ gap: 1, mt: 1.5, flexWrap: 'wrap', alignItems: 'flex-start' }}
      >
        <TextField
          size="small"
          label={t('models:alias.new')}
          value={alias}
          error={isBad}
          helperText={isBad ? t('models:alias.rule') : ' '}
          onChange={(event) => setAlias(event.target.value)}
          sx={{ flex: '1 1 9rem', maxWidth: 320 }}
        />
        <TextField
          select
          size="small"
          label={t('models:alias.means')}
          value={version}
          onChange={(event) => setVersion(event.target.value)}
          sx={{ minWidth: 120 }}
        >
          {model.versions.map((each) => (
            <MenuItem key={each} value={each}>
              {each}
            </MenuItem>
          ))}
        </TextField>
        <Button type="submit" variant="outlined" disabled={alias === '' || isBad || change.isPending}>
          {t('models:alias.set')}
        </Button>
      </Stack>
      {change.error && <ErrorPanel error={change.error} unchanged={t('models:alias.kept')} />}
    </Section>
  );
}
