import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { type FormEvent, useMemo, useState } from 'react';
import { asApiError } from '@/api/errors';
import { featuresOf } from '@/api/models';
import { usePredict } from '@/api/predictions';
import { useExplain } from '@/api/reports';
import type { ModelVersion, Profile } from '@/api/types';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Section } from '@/components/Section';
import { useWords } from '@/i18n/useWords';
import { Answer } from './Answer';
import { Field } from './Field';
import { readJson, rowOf, typicalRow } from './row';
import { Snippets } from './Snippets';

interface Props {
  version: ModelVersion;
  profile: Profile | undefined;
  /** How the service is asked: `id@version`. */
  model: string;
  view: 'form' | 'json';
}

/** One row as a form or as JSON, what the model says to it, and why. */
export function RowPanel({ version, profile, model, view }: Props) {
  const { t } = useWords();
  const features = useMemo(() => featuresOf(version), [version]);
  const columns = useMemo(() => new Map(profile?.columns.map((each) => [each.name, each])), [profile]);
  const [texts, setTexts] = useState<Record<string, string>>(() => typicalRow(features, profile));
  // While somebody types JSON it may be broken; the form keeps what was last understood.
  const [json, setJson] = useState<string | null>(null);
  const predict = usePredict(model);
  const explain = useExplain(version.model_id, version.version);
  const { row, faults } = rowOf(features, texts);
  const proba = version.task !== 'regression';
  const read = json === null ? null : readJson(features, json);
  const broken = read && 'broken' in read ? read.broken : null;
  const places = predict.error ? asApiError(predict.error).places : [];
  const refused = new Map(places.flatMap((place) => (place.column ? [[place.column, place.message] as const] : [])));
  const faultOf = (name: string): string | undefined => {
    const fault = faults[name];
    return fault ? t(`predict:fault.${fault}`) : refused.get(name);
  };
  const change = (name: string, value: string) => {
    if (texts[name] === value) return;
    setTexts((old) => ({ ...old, [name]: value }));
    setJson(null);
    if (predict.error) predict.reset();
  };
  const changeJson = (text: string) => {
    setJson(text);
    if (predict.error) predict.reset();
    const found = readJson(features, text);
    if (!('broken' in found)) setTexts(Object.fromEntries(features.map(({ name }) => [name, found.texts[name] ?? ''])));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (broken !== null || Object.keys(faults).length > 0) return;
    predict.mutate({ rows: [row], proba });
    explain.mutate({ rows: [row], top: 8 });
  };
  const start = (values: Record<string, string>) => {
    setTexts(values);
    setJson(null);
  };
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 2,
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 3fr) minmax(0, 2fr)' },
        gridTemplateRows: { lg: 'auto 1fr' },
        // On a phone the answer stands right below the form.
        gridTemplateAreas: { xs: '"row" "answer" "program"', lg: '"row answer" "program answer"' },
      }}
    >
      <Box sx={{ gridArea: 'row', minWidth: 0 }}>
        <Section
          title={t('predict:form.title')}
          actions={
            <>
              {profile && (
                <Button size="small" onClick={() => start(typicalRow(features, profile))}>
                  {t('predict:form.typical')}
                </Button>
              )}
              <Button size="small" onClick={() => start({})}>
                {t('predict:form.clear')}
              </Button>
            </>
          }
        >
          <Stack component="form" noValidate onSubmit={submit} sx={{ gap: 1.5 }} aria-label={t('predict:form.title')}>
            {view === 'form' ? (
              <Box
                sx={{
                  display: 'grid',
                  columnGap: 1.5,
                  rowGap: 1.75,
                  pt: 0.5,
                  gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 200px), 1fr))',
                }}
              >
                {features.map((feature) => (
                  <Field
                    key={feature.name}
                    feature={feature}
                    column={columns.get(feature.name)}
                    value={texts[feature.name] ?? ''}
                    fault={faultOf(feature.name)}
                    onChange={(value) => change(feature.name, value)}
                  />
                ))}
              </Box>
            ) : (
              <TextField
                label={t('predict:json.label')}
                multiline
                minRows={10}
                maxRows={30}
                value={json ?? JSON.stringify(row, null, 2)}
                error={broken !== null}
                helperText={broken === null ? t('predict:json.hint') : t('predict:json.broken', { why: broken })}
                onChange={(event) => changeJson(event.target.value)}
                slotProps={{ htmlInput: { spellCheck: false, style: { fontFamily: 'monospace' } } }}
              />
            )}
            {read && !('broken' in read) && read.others.length > 0 && (
              <Alert severity="warning" variant="outlined">
                {t('predict:json.others', { names: read.others.join(', ') })}
              </Alert>
            )}
            {view === 'json' &&
              Object.keys(faults).map((name) => (
                <Alert key={name} severity="error" variant="outlined">
                  {name}: {faultOf(name)}
                </Alert>
              ))}
            <Box>
              <Button type="submit" variant="contained" disabled={predict.isPending || broken !== null}>
                {t(predict.isPending ? 'predict:form.working' : 'predict:form.submit')}
              </Button>
            </Box>
          </Stack>
        </Section>
      </Box>
      <Box sx={{ gridArea: 'answer', minWidth: 0 }} aria-live="polite">
        {predict.error ? (
          <ErrorPanel
            error={predict.error}
            title={t('predict:answer.failed')}
            unchanged={t('predict:answer.kept')}
            onRetry={() => predict.mutate({ rows: [row], proba })}
          />
        ) : (
          <Answer version={version} prediction={predict.data} isPending={predict.isPending} explain={explain} />
        )}
      </Box>
      <Box sx={{ gridArea: 'program', minWidth: 0 }}>
        <Snippets model={model} row={row} proba={proba} />
      </Box>
    </Box>
  );
}
