/**
 * Every screen: its address, its place in the navigation (none: reached from other screens, or not made yet), and the
 * file it is loaded from when it is first opened.
 */
import {
  mdiAutoFix,
  mdiChartTimelineVariant,
  mdiCog,
  mdiCubeOutline,
  mdiDatabaseOutline,
  mdiHomeOutline,
  mdiServerOutline,
} from '@mdi/js';
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

export interface Screen {
  path: string;
  page: LazyExoticComponent<ComponentType>;
  nav?: { words: string; icon: string; end?: boolean };
}

/** Icons for screens that join the navigation when they are made. */
export const navIcons = {
  jobs: mdiChartTimelineVariant,
  models: mdiCubeOutline,
  predict: mdiAutoFix,
  system: mdiServerOutline,
  settings: mdiCog,
};

export const screens: readonly Screen[] = [
  {
    path: '/',
    page: lazy(() => import('@/features/home/HomePage')),
    nav: { words: 'shell:nav.home', icon: mdiHomeOutline, end: true },
  },
  {
    path: '/datasets',
    page: lazy(() => import('@/features/dataset/DatasetsPage')),
    nav: { words: 'shell:nav.datasets', icon: mdiDatabaseOutline },
  },
  { path: '/datasets/:datasetId', page: lazy(() => import('@/features/dataset/DatasetPage')) },
  { path: '/jobs/new', page: lazy(() => import('@/features/new-job/NewJobPage')) },
  {
    path: '/jobs',
    page: lazy(() => import('@/features/jobs/JobsPage')),
    nav: { words: 'shell:nav.jobs', icon: navIcons.jobs },
  },
  { path: '/jobs/:jobId', page: lazy(() => import('@/features/live-job/JobPage')) },
  { path: '/jobs/:jobId/leaderboard', page: lazy(() => import('@/features/leaderboard/LeaderboardPage')) },
  { path: '/jobs/:jobId/search', page: lazy(() => import('@/features/search/SearchPage')) },
  { path: '/jobs/:jobId/report', page: lazy(() => import('@/features/report/JobReportPage')) },
  {
    path: '/models',
    page: lazy(() => import('@/features/models/ModelsPage')),
    nav: { words: 'shell:nav.models', icon: navIcons.models },
  },
  { path: '/models/:model', page: lazy(() => import('@/features/models/ModelPage')) },
  { path: '/models/:model/report', page: lazy(() => import('@/features/report/ReportPage')) },
  { path: '/models/:model/predict', page: lazy(() => import('@/features/predict/PredictPage')) },
  {
    path: '/predict',
    page: lazy(() => import('@/features/predict/ChooseModelPage')),
    nav: { words: 'shell:nav.predict', icon: navIcons.predict },
  },
  {
    path: '/system',
    page: lazy(() => import('@/features/system/SystemPage')),
    nav: { words: 'shell:nav.system', icon: navIcons.system },
  },
  {
    path: '/settings',
    page: lazy(() => import('@/features/settings/SettingsPage')),
    nav: { words: 'shell:nav.settings', icon: navIcons.settings },
  },
];
