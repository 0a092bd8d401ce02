// Generated from the service's OpenAPI document by `make ui-schema`. Do not edit.

export interface paths {
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This process answers */
        get: operations["live_health_live_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every component with state and latency */
        get: operations["ready_health_ready_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics for Prometheus */
        get: operations["metrics_metrics_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Datasets, newest first */
        get: operations["list_datasets_v1_datasets_get"];
        put?: never;
        /**
         * Open an upload, take an example, or send a small file at once
         * @description A JSON body opens an upload (`name`, `filename`, `options`) or makes a dataset of an example (`example`). Any
         *     other content type is the file itself, read at once.
         */
        post: operations["create_v1_datasets_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One dataset with its ingest report */
        get: operations["get_v1_datasets__dataset_id__get"];
        put?: never;
        post?: never;
        /** Remove for good */
        delete: operations["delete_v1_datasets__dataset_id__delete"];
        options?: never;
        head?: never;
        /** Rename */
        patch: operations["rename_v1_datasets__dataset_id__patch"];
        trace?: never;
    };
    "/v1/datasets/{dataset_id}:reread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read the stored bytes anew, in another way
         * @description Makes a new dataset from the same bytes; the first one stays.
         */
        post: operations["reread_v1_datasets__dataset_id__reread_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset_id}/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a target needs you to know: leakage, duplicates, rare classes */
        get: operations["checks_v1_datasets__dataset_id__checks_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset_id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** All parts are sent: read the file */
        post: operations["complete_v1_datasets__dataset_id__complete_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset_id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The file exactly as uploaded */
        get: operations["download_v1_datasets__dataset_id__download_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset_id}/parts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Parts that have arrived, for resuming */
        get: operations["parts_v1_datasets__dataset_id__parts_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset_id}/parts/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Send one part; repeatable
         * @description The part's raw bytes, at most 8 MiB. It is durable when this answers. The same bytes again change nothing.
         */
        put: operations["put_part_v1_datasets__dataset_id__parts__number__put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset_id}/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Each column: type, missing, distinct, distribution */
        get: operations["profile_v1_datasets__dataset_id__profile_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset_id}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rows as read */
        get: operations["rows_v1_datasets__dataset_id__rows_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/examples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Example tables */
        get: operations["list_examples_v1_examples_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/families": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Estimator families, hyperparameters as JSON Schema */
        get: operations["families_v1_families_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Jobs, newest first */
        get: operations["list_jobs_v1_jobs_get"];
        put?: never;
        /** Submit a fit */
        post: operations["submit_v1_jobs_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One job */
        get: operations["get_v1_jobs__job_id__get"];
        put?: never;
        post?: never;
        /** Remove an ended job for good; its model stays */
        delete: operations["delete_v1_jobs__job_id__delete"];
        options?: never;
        head?: never;
        /** Rename, or change the priority */
        patch: operations["update_v1_jobs__job_id__patch"];
        trace?: never;
    };
    "/v1/jobs/{job_id}:cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End now, discard everything */
        post: operations["cancel_v1_jobs__job_id__cancel_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job_id}:extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Move the deadline of a running job */
        post: operations["extend_v1_jobs__job_id__extend_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job_id}:stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End now, keep the best so far */
        post: operations["stop_v1_jobs__job_id__stop_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events as they happen (server-sent)
         * @description Replays durable events behind Last-Event-ID without gap or repetition, then follows; ends with the job's
         *     terminal event, or when the key is revoked. 204: there is nothing behind that id any more.
         */
        get: operations["events_v1_jobs__job_id__events_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job_id}/leaderboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every configuration tried, best first */
        get: operations["leaderboard_v1_jobs__job_id__leaderboard_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job_id}/trials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Trials in the order they began */
        get: operations["trials_v1_jobs__job_id__trials_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Models, newest first */
        get: operations["list_models_v1_models_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One model with its newest version */
        get: operations["get_v1_models__model__get"];
        put?: never;
        post?: never;
        /** Remove for good, with all versions */
        delete: operations["delete_v1_models__model__delete"];
        options?: never;
        head?: never;
        /** Rename */
        patch: operations["rename_v1_models__model__patch"];
        trace?: never;
    };
    "/v1/models/{model}/aliases/{alias}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Let an alias mean a version */
        put: operations["set_alias_v1_models__model__aliases__alias__put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{model}/aliases/{alias}:rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let an alias mean what it meant before */
        post: operations["roll_back_v1_models__model__aliases__alias__rollback_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{model}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The model's package: native files, arrays and JSON in a zip */
        get: operations["download_v1_models__model__download_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{model}/predict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Predict rows
         * @description Answers in input order. A missing column is refused, an unseen category is handled and flagged per row.
         */
        post: operations["predict_v1_models__model__predict_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{model}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All versions, newest first */
        get: operations["versions_v1_models__model__versions_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{model}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One version */
        get: operations["version_v1_models__model__versions__version__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/scores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Quality metrics */
        get: operations["scores_v1_scores_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/system": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Versions, addresses, adapters */
        get: operations["info_v1_system_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/system/selftest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A message through the bus and a block down to a worker, timed */
        post: operations["self_test_v1_system_selftest_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AliasTo
         * @description The version an alias shall mean; `previous` instead takes the last move back.
         */
        AliasTo: {
            /** Version */
            version: string;
        };
        /**
         * Rename
         * @description What may change of a dataset.
         */
        automl__api__routes__datasets__Rename: {
            /** Name */
            name: string;
        };
        /**
         * Rename
         * @description What may change of a model.
         */
        automl__api__routes__models__Rename: {
            /** Name */
            name: string;
        };
        /**
         * Budget
         * @description Limits of a job. seconds: from admission to the end; trials: configurations started; cpus: workers at most.
         */
        Budget: {
            /** Cpus */
            cpus?: number | null;
            /**
             * Seconds
             * @default 300
             */
            seconds?: number;
            /** Trials */
            trials?: number | null;
        };
        /**
         * Complete
         * @description What the client sent in all; checked where given.
         */
        Complete: {
            /** Sha256 */
            sha256?: string | null;
            /** Size Bytes */
            size_bytes?: number | null;
        };
        /**
         * DatasetState
         * @description Life of a dataset version.
         * @enum {string}
         */
        DatasetState: "uploading" | "processing" | "ready" | "rejected" | "deleted";
        /**
         * DatasetView
         * @description One dataset version. root_digest: hash over the manifest of its chunks.
         */
        DatasetView: {
            /** Columns */
            columns: number | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            error: components["schemas"]["ErrorView"] | null;
            /** Filename */
            filename: string | null;
            /** Id */
            id: string;
            /** Ingest S */
            ingest_s: number | null;
            /** Job Id */
            job_id: string | null;
            /** Name */
            name: string;
            /**
             * Options
             * @default {}
             */
            options: {
                [key: string]: unknown;
            };
            /** Parent Id */
            parent_id: string | null;
            /**
             * Parts
             * @default 0
             */
            parts: number;
            /** Root Digest */
            root_digest: string | null;
            /** Rows */
            rows: number | null;
            /** Sha256 */
            sha256: string | null;
            /**
             * Size Bytes
             * @default 0
             */
            size_bytes: number;
            state: components["schemas"]["DatasetState"];
            /**
             * Warnings
             * @default []
             */
            warnings: {
                [key: string]: unknown;
            }[];
        };
        /**
         * ErrorView
         * @description Why something failed: stable code, one sentence, the way out, and the places.
         */
        ErrorView: {
            /** Code */
            code: string;
            /** Detail */
            detail: string;
            /**
             * Errors
             * @default []
             */
            errors: {
                [key: string]: unknown;
            }[];
            /**
             * Hint
             * @default
             */
            hint: string;
        };
        /**
         * Extend
         * @description How much later it may end.
         */
        Extend: {
            /** Seconds */
            seconds: number;
        };
        /**
         * FitSpec
         * @description Everything that defines a fit job; equal specs on equal data ask for the same work.
         */
        FitSpec: {
            /**
             * @default {
             *       "seconds": 300
             *     }
             */
            budget?: components["schemas"]["Budget"];
            /**
             * Configurations
             * @default []
             */
            configurations?: components["schemas"]["RequestedConfiguration"][];
            /** Dataset Id */
            dataset_id: string;
            /**
             * Exclude
             * @default []
             */
            exclude?: string[];
            /** Families */
            families?: string[] | null;
            /**
             * Include
             * @default []
             */
            include?: string[];
            /** Metric */
            metric?: string | null;
            /** Name */
            name?: string | null;
            /**
             * Preset
             * @default balanced
             * @constant
             */
            preset?: "balanced";
            /**
             * Priority
             * @default 5
             */
            priority?: number;
            /**
             * Seed
             * @default 0
             */
            seed?: number;
            /**
             * @default {
             *       "kind": "auto"
             *     }
             */
            split?: components["schemas"]["Split"];
            /** Target */
            target: string;
            /**
             * Task
             * @default auto
             */
            task?: components["schemas"]["Task"] | "auto";
            test?: components["schemas"]["HeldOut"] | null;
        };
        /**
         * HeldOut
         * @description Rows the search never sees, scored at the end: a share of the rows, or another dataset.
         */
        HeldOut: {
            /** Dataset Id */
            dataset_id?: string | null;
            /** Share */
            share?: number | null;
        };
        /**
         * JobKind
         * @description What a job does.
         * @enum {string}
         */
        JobKind: "fit" | "ingest" | "predict";
        /**
         * JobState
         * @description Life of a job; monotone.
         * @enum {string}
         */
        JobState: "queued" | "running" | "finishing" | "succeeded" | "failed" | "cancelled";
        /**
         * JobView
         * @description One job. score: cross-fitted out-of-fold score of the ensemble, in the metric's own sign; test_score: on held-out
         *     rows where they were given.
         */
        JobView: {
            /** Admitted At */
            admitted_at: string | null;
            /**
             * Budget
             * @default {}
             */
            budget: {
                [key: string]: unknown;
            };
            /** Cpus */
            cpus: number | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Dataset Id */
            dataset_id: string | null;
            /** Deadline At */
            deadline_at: string | null;
            /** Ended At */
            ended_at: string | null;
            error: components["schemas"]["ErrorView"] | null;
            /** Greater Is Better */
            greater_is_better: boolean | null;
            /** Id */
            id: string;
            kind: components["schemas"]["JobKind"];
            /** Metric */
            metric: string | null;
            /** Model Id */
            model_id: string | null;
            /** Model Version */
            model_version: string | null;
            /** Name */
            name: string | null;
            /**
             * Priority
             * @default 5
             */
            priority: number;
            /**
             * @default {
             *       "folds": 0,
             *       "fraction": 0,
             *       "step": "",
             *       "trials": 0
             *     }
             */
            progress: components["schemas"]["Progress"];
            /** Queue Position */
            queue_position: number | null;
            /** Queue Reason */
            queue_reason: string | null;
            /** Score */
            score: number | null;
            /** Score Std */
            score_std: number | null;
            /**
             * Spec
             * @default {}
             */
            spec: {
                [key: string]: unknown;
            };
            state: components["schemas"]["JobState"];
            /** Target */
            target: string | null;
            /** Task */
            task: string | null;
            /** Task Reason */
            task_reason: string | null;
            /** Test Score */
            test_score: number | null;
            /**
             * @default {
             *       "lost_s": 0
             *     }
             */
            times: components["schemas"]["Times"];
            /** @default run */
            wanted: components["schemas"]["Wanted"];
            /**
             * Warnings
             * @default []
             */
            warnings: string[];
        };
        /**
         * LeaderboardRow
         * @description One trial. score in the metric's own sign, over all its folds; weight: share in the ensemble.
         */
        LeaderboardRow: {
            /** Family */
            family: string;
            /**
             * Fit S
             * @default 0
             */
            fit_s: number;
            /**
             * Folds
             * @default 0
             */
            folds: number;
            /** Name */
            name: string;
            /**
             * Origin
             * @default portfolio
             */
            origin: string;
            /**
             * Params
             * @default {}
             */
            params: {
                [key: string]: unknown;
            };
            /** Predict Us Row */
            predict_us_row: number | null;
            /** Rank */
            rank: number | null;
            /** Reason */
            reason: string | null;
            /** Score */
            score: number | null;
            /** Score Std */
            score_std: number | null;
            /** Size Bytes */
            size_bytes: number | null;
            state: components["schemas"]["TrialState"];
            /** Trial */
            trial: number;
            /**
             * Weight
             * @default 0
             */
            weight: number;
        };
        /**
         * ModelVersionView
         * @description One version of a model. label: `{Family}_{YYYYMMDD_HHMMSS}`.
         */
        ModelVersionView: {
            /**
             * Aliases
             * @default []
             */
            aliases: string[];
            /** Classes */
            classes: string[] | null;
            /**
             * Contains Training Rows
             * @default false
             */
            contains_training_rows: boolean;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Dataset Id */
            dataset_id: string;
            /**
             * Digest
             * @default
             */
            digest: string;
            /**
             * Features
             * @default []
             */
            features: {
                [key: string]: unknown;
            }[];
            /** Job Id */
            job_id: string;
            /** Label */
            label: string;
            /**
             * Members
             * @default []
             */
            members: {
                [key: string]: unknown;
            }[];
            /** Metric */
            metric: string;
            /** Model Id */
            model_id: string;
            /** Score */
            score: number | null;
            /**
             * Size Bytes
             * @default 0
             */
            size_bytes: number;
            /** Target */
            target: string;
            /** Task */
            task: string;
            /** Test Score */
            test_score: number | null;
            /** Version */
            version: string;
        };
        /**
         * ModelView
         * @description A named series of versions; `aliases` maps a movable name to one version.
         */
        ModelView: {
            /**
             * Aliases
             * @default {}
             */
            aliases: {
                [key: string]: string;
            };
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Id */
            id: string;
            latest: components["schemas"]["ModelVersionView"] | null;
            /** Name */
            name: string;
            /**
             * Versions
             * @default []
             */
            versions: string[];
        };
        /** Page[DatasetView] */
        Page_DatasetView_: {
            /** Cursor */
            cursor: string | null;
            /** Items */
            items: components["schemas"]["DatasetView"][];
        };
        /** Page[JobView] */
        Page_JobView_: {
            /** Cursor */
            cursor: string | null;
            /** Items */
            items: components["schemas"]["JobView"][];
        };
        /** Page[LeaderboardRow] */
        Page_LeaderboardRow_: {
            /** Cursor */
            cursor: string | null;
            /** Items */
            items: components["schemas"]["LeaderboardRow"][];
        };
        /** Page[ModelVersionView] */
        Page_ModelVersionView_: {
            /** Cursor */
            cursor: string | null;
            /** Items */
            items: components["schemas"]["ModelVersionView"][];
        };
        /** Page[ModelView] */
        Page_ModelView_: {
            /** Cursor */
            cursor: string | null;
            /** Items */
            items: components["schemas"]["ModelView"][];
        };
        /**
         * PredictionView
         * @description Answers in input order. probabilities: one mapping class → probability per row, where asked; flags: per row,
         *     what was handled (`unseen_category:column`).
         */
        PredictionView: {
            /** Flags */
            flags: string[][] | null;
            /** Model Id */
            model_id: string;
            /** Predictions */
            predictions: unknown[];
            /** Probabilities */
            probabilities: {
                [key: string]: number;
            }[] | null;
            /** Version */
            version: string;
            /**
             * Warnings
             * @default []
             */
            warnings: string[];
        };
        /**
         * PredictRows
         * @description Rows by column name, in any order; null is a missing value.
         */
        PredictRows: {
            /**
             * Proba
             * @default false
             */
            proba?: boolean;
            /** Rows */
            rows: {
                [key: string]: unknown;
            }[];
        };
        /**
         * Progress
         * @description Where a job stands. fraction: of the budget, 0 to 1; best_score in the metric's own sign.
         */
        Progress: {
            /** Best Family */
            best_family: string | null;
            /** Best Score */
            best_score: number | null;
            /** Eta S */
            eta_s: number | null;
            /**
             * Folds
             * @default 0
             */
            folds: number;
            /**
             * Fraction
             * @default 0
             */
            fraction: number;
            /**
             * Step
             * @default
             */
            step: string;
            /**
             * Trials
             * @default 0
             */
            trials: number;
        };
        /**
         * ReadOptions
         * @description How the user wants a file read; what is not set is found out. `types`: column → type; `replace_bad_bytes`: read
         *     undecodable bytes as U+FFFD; `rename_duplicates`: `a, a` → `a, a (2)`; `pad_short_rows`: fill with missing.
         */
        ReadOptions: {
            /** Date Order */
            date_order?: ("day_first" | "month_first") | null;
            /** Decimal */
            decimal?: ("." | ",") | null;
            /** Delimiter */
            delimiter?: string | null;
            /** Encoding */
            encoding?: string | null;
            /** Header */
            header?: boolean | null;
            /**
             * Missing Marks
             * @default {}
             */
            missing_marks?: {
                [key: string]: string[];
            };
            /**
             * Pad Short Rows
             * @default false
             */
            pad_short_rows?: boolean;
            /** Quote */
            quote?: string | null;
            /**
             * Rename Duplicates
             * @default false
             */
            rename_duplicates?: boolean;
            /**
             * Replace Bad Bytes
             * @default false
             */
            replace_bad_bytes?: boolean;
            /** Sheet */
            sheet?: string | null;
            /** Skip Rows */
            skip_rows?: number | null;
            /**
             * Types
             * @default {}
             */
            types?: {
                [key: string]: "number" | "integer" | "boolean" | "date" | "category" | "text" | "id";
            };
        };
        /**
         * RequestedConfiguration
         * @description One exact model the user wants tried: a family and hyperparameters, checked against the family's own schema.
         */
        RequestedConfiguration: {
            /** Family */
            family: string;
            /** Params */
            params?: {
                [key: string]: boolean | number | string;
            };
        };
        /**
         * Split
         * @description How validation rows are chosen. `auto`: stratified for classification, random for regression.
         */
        Split: {
            /**
             * Kind
             * @default auto
             * @enum {string}
             */
            kind?: "auto" | "random" | "stratified";
        };
        /**
         * Task
         * @description What kind of target is learnt.
         * @enum {string}
         */
        Task: "binary" | "multiclass" | "regression";
        /**
         * Times
         * @description Seconds. wall_s: from creation to the end; job_s: from admission to the end; lost_s: nobody held the lease.
         */
        Times: {
            /** Ingest S */
            ingest_s: number | null;
            /** Job S */
            job_s: number | null;
            /**
             * Lost S
             * @default 0
             */
            lost_s: number;
            /** Queue S */
            queue_s: number | null;
            /** Wall S */
            wall_s: number | null;
        };
        /**
         * TrialState
         * @description What became of one configuration; `partial` has fewer folds than the study asks and joins no ensemble.
         * @enum {string}
         */
        TrialState: "running" | "paused" | "complete" | "partial" | "failed" | "skipped";
        /**
         * Update
         * @description What may change of a job.
         */
        Update: {
            /** Name */
            name?: string | null;
            /** Priority */
            priority?: number | null;
        };
        /**
         * Wanted
         * @description What the owner wants of a job; the driver moves the observed state there.
         * @enum {string}
         */
        Wanted: "run" | "stop" | "cancel";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    live_health_live_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
        };
    };
    ready_health_ready_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    metrics_metrics_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    list_datasets_v1_datasets_get: {
        parameters: {
            query?: {
                /** @description From the page before. */
                cursor?: string | null;
                /** @description Items a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DatasetView_"];
                };
            };
        };
    };
    create_v1_datasets_post: {
        parameters: {
            query?: {
                filename?: string | null;
                name?: string | null;
            };
            header?: {
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetView"];
                };
            };
        };
    };
    get_v1_datasets__dataset_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetView"];
                };
            };
        };
    };
    delete_v1_datasets__dataset_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    rename_v1_datasets__dataset_id__patch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["automl__api__routes__datasets__Rename"];
            };
        };
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetView"];
                };
            };
        };
    };
    reread_v1_datasets__dataset_id__reread_post: {
        parameters: {
            query?: never;
            header?: {
                "idempotency-key"?: string | null;
            };
            path: {
                dataset_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReadOptions"];
            };
        };
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetView"];
                };
            };
        };
    };
    checks_v1_datasets__dataset_id__checks_get: {
        parameters: {
            query: {
                target: string;
            };
            header?: never;
            path: {
                dataset_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    complete_v1_datasets__dataset_id__complete_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Complete"] | null;
            };
        };
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetView"];
                };
            };
        };
    };
    download_v1_datasets__dataset_id__download_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    parts_v1_datasets__dataset_id__parts_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    }[];
                };
            };
        };
    };
    put_part_v1_datasets__dataset_id__parts__number__put: {
        parameters: {
            query?: never;
            header?: {
                "X-Content-SHA256"?: string | null;
            };
            path: {
                dataset_id: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetView"];
                };
            };
        };
    };
    profile_v1_datasets__dataset_id__profile_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                dataset_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    rows_v1_datasets__dataset_id__rows_get: {
        parameters: {
            query?: {
                limit?: number;
                offset?: number;
            };
            header?: never;
            path: {
                dataset_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    list_examples_v1_examples_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    families_v1_families_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    list_jobs_v1_jobs_get: {
        parameters: {
            query?: {
                /** @description From the page before. */
                cursor?: string | null;
                kind?: components["schemas"]["JobKind"] | null;
                /** @description Items a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_JobView_"];
                };
            };
        };
    };
    submit_v1_jobs_post: {
        parameters: {
            query?: never;
            header?: {
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FitSpec"];
            };
        };
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
        };
    };
    get_v1_jobs__job_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
        };
    };
    delete_v1_jobs__job_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    update_v1_jobs__job_id__patch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Update"];
            };
        };
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
        };
    };
    cancel_v1_jobs__job_id__cancel_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
        };
    };
    extend_v1_jobs__job_id__extend_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Extend"];
            };
        };
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
        };
    };
    stop_v1_jobs__job_id__stop_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
        };
    };
    events_v1_jobs__job_id__events_get: {
        parameters: {
            query?: never;
            header?: {
                "last-event-id"?: string | null;
            };
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    leaderboard_v1_jobs__job_id__leaderboard_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_LeaderboardRow_"];
                };
            };
        };
    };
    trials_v1_jobs__job_id__trials_get: {
        parameters: {
            query?: {
                /** @description From the page before. */
                cursor?: string | null;
                /** @description Items a page. */
                limit?: number;
            };
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_LeaderboardRow_"];
                };
            };
        };
    };
    list_models_v1_models_get: {
        parameters: {
            query?: {
                /** @description From the page before. */
                cursor?: string | null;
                /** @description Items a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ModelView_"];
                };
            };
        };
    };
    get_v1_models__model__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelView"];
                };
            };
        };
    };
    delete_v1_models__model__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    rename_v1_models__model__patch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["automl__api__routes__models__Rename"];
            };
        };
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelView"];
                };
            };
        };
    };
    set_alias_v1_models__model__aliases__alias__put: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                alias: string;
                model: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AliasTo"];
            };
        };
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelView"];
                };
            };
        };
    };
    roll_back_v1_models__model__aliases__alias__rollback_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                alias: string;
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelView"];
                };
            };
        };
    };
    download_v1_models__model__download_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    predict_v1_models__model__predict_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PredictRows"];
            };
        };
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PredictionView"];
                };
            };
        };
    };
    versions_v1_models__model__versions_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ModelVersionView_"];
                };
            };
        };
    };
    version_v1_models__model__versions__version__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersionView"];
                };
            };
        };
    };
    scores_v1_scores_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    info_v1_system_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    self_test_v1_system_selftest_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was wrong and the way out */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        code: string;
                        detail: string;
                        errors: Record<string, never>[];
                        hint: string;
                        request_id: string;
                        status: number;
                        title: string;
                        type: string;
                    };
                };
            };
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
}
