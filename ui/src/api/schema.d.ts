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
    "/v1/datasets/{dataset_id}/associations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which columns go together, from a bounded sample of rows */
        get: operations["associations_v1_datasets__dataset_id__associations_get"];
        put?: never;
        post?: never;
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
    "/v1/datasets/{dataset_id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every reading of the same bytes, newest first */
        get: operations["versions_v1_datasets__dataset_id__versions_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Jobs, datasets and models as they change (server-sent)
         * @description `event:` job, dataset or model; `data:` id, seq, type, state, at and what a list shows of it (progress of a job).
         *
         *     States, not histories: each frame is the newest state of one thing, changes in between are left out, and what comes
         *     to rest is always told. Behind Last-Event-ID comes everything that changed since, once; where very much changed,
         *     some comes again with the same `seq`, which a reader drops. `event: reload`: read your lists again, things may have
         *     been deleted. Frames without an id (`seq` null) are progress on its way. Ends when the key is revoked, and now and
         *     then to be opened again.
         */
        get: operations["events_v1_events_get"];
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
        /**
         * Jobs, newest first
         * @description A page may hold fewer than `limit`, or none, though `cursor` says that more may follow.
         */
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
        /**
         * More time; an ended fit is continued by a new job
         * @description A waiting fit's budget grows, a running one's deadline moves. One that ends or has ended is continued by a new
         *     job, which is the answer: it has an id of its own, `continues` names the first, and its folds count.
         */
        post: operations["extend_v1_jobs__job_id__extend_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job_id}:refit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The fast variant of an ended fit's model, by a new job
         * @description The best member of a fit that has succeeded is fitted again on all rows, and becomes the next version of the same
         *     model. The answer is the new job: it searches nothing, and ends as soon as its model is there.
         */
        post: operations["refit_v1_jobs__job_id__refit_post"];
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
    "/v1/jobs/{job_id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was said about the job
         * @description Lines of driver, controller and workers, oldest first. `cursor` also leads to what is yet to be said: ask again
         *     with it a second later; it is null once the job has ended and all was told.
         */
        get: operations["logs_v1_jobs__job_id__logs_get"];
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
        /** Forget an alias; a model keeps its champion */
        delete: operations["drop_alias_v1_models__model__aliases__alias__delete"];
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
    "/v1/models/{model}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Why the model predicts what it predicts for these rows
         * @description Exact contributions of the members that allow it, averaged by weight; `covered_weight` says how much that is.
         */
        post: operations["explain_v1_models__model__explain_post"];
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
    "/v1/models/{model}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Scores, curves, importances, checks and lineage of a version
         * @description What exists, at once. What takes longer (importance, dependence, contributions) is begun by the first request and
         *     is `pending` until it is there. With `fn_cost` or `fp_cost` (the other one is 1) a binary report also names the
         *     cheapest threshold.
         */
        get: operations["report_v1_models__model__report_get"];
        put?: never;
        post?: never;
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
        /** Remove a version that no alias means */
        delete: operations["delete_version_v1_models__model__versions__version__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/predictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stored predictions, newest first */
        get: operations["list_predictions_v1_predictions_get"];
        put?: never;
        /**
         * Predict every row of a dataset, as a job
         * @description Answers with a job of the kind `predict`, whose id is the prediction's. A column that the model needs and the
         *     dataset lacks is refused here. The answers are kept until they are deleted.
         */
        post: operations["submit_v1_predictions_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/predictions/{prediction_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One stored prediction: rows done, times, what was handled */
        get: operations["get_v1_predictions__prediction_id__get"];
        put?: never;
        post?: never;
        /** Remove an ended prediction for good */
        delete: operations["delete_v1_predictions__prediction_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/predictions/{prediction_id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The answers in input order
         * @description Column `prediction`; with `proba` one column `proba_<class>` for each class. Text that a spreadsheet would run
         *     as a formula gets a leading apostrophe in CSV, and stays as it is in Parquet.
         */
        get: operations["download_v1_predictions__prediction_id__download_get"];
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
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether this browser is signed in */
        get: operations["get_v1_session_get"];
        put?: never;
        /** Exchange a one-time code or a key for the page's cookie */
        post: operations["sign_in_v1_session_post"];
        /** Sign out */
        delete: operations["sign_out_v1_session_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A one-time code that signs a browser in as the owner of this key */
        post: operations["make_code_v1_session_codes_post"];
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
         * @description The version an alias shall mean.
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
         * BinaryData
         * @description positive, negative: labels as in the file; probabilities are of `positive`. rows: with predictions.
         */
        BinaryData: {
            calibration: components["schemas"]["Calibration"];
            /** Choices */
            choices: components["schemas"]["ThresholdChoice"][];
            classes: components["schemas"]["ClassReport"];
            ks: components["schemas"]["KolmogorovSmirnov"];
            /** Lift */
            lift: components["schemas"]["LiftGroup"][];
            /** Negative */
            negative: string;
            /** Positive */
            positive: string;
            /** Positives */
            positives: number;
            pr: components["schemas"]["PrCurve"];
            roc: components["schemas"]["RocCurve"];
            /** Rows */
            rows: number;
            thresholds: components["schemas"]["ThresholdGrid"];
        };
        /**
         * BinaryPerformance
         * @description Of a binary task.
         */
        BinaryPerformance: {
            data: components["schemas"]["BinaryData"] | null;
            /** Reason */
            reason: string | null;
            /** Seconds */
            seconds: number | null;
            /**
             * Status
             * @default pending
             * @enum {string}
             */
            status: "complete" | "partial" | "pending" | "unavailable";
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            task: "binary";
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
         * Calibration
         * @description Whether probabilities mean what they say. brier: mean squared error of the probabilities (multiclass: summed over
         *     classes); ece: mean distance of predicted and observed over the bins, weighted by rows. Multiclass: of the most
         *     probable class.
         */
        Calibration: {
            /** Bins */
            bins: components["schemas"]["CalibrationBin"][];
            /** Brier */
            brier: number;
            /** Ece */
            ece: number;
        };
        /**
         * CalibrationBin
         * @description Rows whose probability lies in (low, high]: the mean probability, and the share that came true.
         */
        CalibrationBin: {
            /** High */
            high: number;
            /** Low */
            low: number;
            /** Observed */
            observed: number;
            /** Predicted */
            predicted: number;
            /** Rows */
            rows: number;
        };
        /**
         * Check
         * @description passed: nothing to do; fixed: handled for you; needs_you: look at it.
         */
        Check: {
            /** Code */
            code: string;
            /** Column */
            column: string | null;
            /**
             * Level
             * @enum {string}
             */
            level: "passed" | "fixed" | "needs_you";
            /** Message */
            message: string;
        };
        /**
         * ChecksSection
         * @description What the data need their owner to know.
         */
        ChecksSection: {
            /** Data */
            data: components["schemas"]["Check"][] | null;
            /** Reason */
            reason: string | null;
            /** Seconds */
            seconds: number | null;
            /**
             * Status
             * @default pending
             * @enum {string}
             */
            status: "complete" | "partial" | "pending" | "unavailable";
        };
        /**
         * ClassAverage
         * @description Means over classes: macro counts each class once, weighted by its support.
         */
        ClassAverage: {
            /** F1 */
            f1: number;
            /**
             * Name
             * @enum {string}
             */
            name: "macro" | "weighted";
            /** Precision */
            precision: number;
            /** Recall */
            recall: number;
            /** Support */
            support: number;
        };
        /**
         * ClassCurve
         * @description One class against the rest.
         */
        ClassCurve: {
            /** Label */
            label: string;
            roc: components["schemas"]["RocCurve"];
        };
        /**
         * ClassReport
         * @description Precision, recall and F1 of each class, most frequent first.
         */
        ClassReport: {
            /** Accuracy */
            accuracy: number;
            /** Averages */
            averages: components["schemas"]["ClassAverage"][];
            /** Classes */
            classes: components["schemas"]["ClassRow"][];
        };
        /**
         * ClassRow
         * @description One class at the default decision (the most probable class). support: rows that are of it; roc_auc and
         *     average_precision: it against the rest, None where there is no such row or none but such rows.
         */
        ClassRow: {
            /** Average Precision */
            average_precision: number | null;
            /** F1 */
            f1: number;
            /** Label */
            label: string;
            /** Precision */
            precision: number;
            /** Recall */
            recall: number;
            /** Roc Auc */
            roc_auc: number | null;
            /** Support */
            support: number;
        };
        /**
         * CodeView
         * @description A one-time code for `/#code=…`.
         */
        CodeView: {
            /** Code */
            code: string;
            /** Expires At */
            expires_at: string | null;
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
         * Confusion
         * @description counts[i][j]: rows of class i called class j; labels as in the file, most frequent first. At most 50: the last
         *     one stands for all `grouped` labels when there are more.
         */
        Confusion: {
            /** Counts */
            counts: number[][];
            /**
             * Grouped
             * @default []
             */
            grouped: string[];
            /** Labels */
            labels: string[];
        };
        /**
         * Contribution
         * @description How much one feature moved the prediction. value: as it was read, as text; None: missing.
         */
        Contribution: {
            /** Contribution */
            contribution: number;
            /** Feature */
            feature: string;
            /** Value */
            value: string | null;
        };
        /**
         * ContributionPoint
         * @description One row: how much the feature moved its prediction. position: of the row's value among the sample, 0 to 1; None
         *     for categories and missing values.
         */
        ContributionPoint: {
            /** Contribution */
            contribution: number;
            /** Position */
            position: number | null;
        };
        /**
         * ContributionsData
         * @description Exact contributions of the members that allow it, averaged by weight, on out-of-fold rows. covered_weight: share
         *     of the model's weight they have; scale: unit of the contributions; label: the class they speak for, None for
         *     regression.
         */
        ContributionsData: {
            /** Covered Weight */
            covered_weight: number;
            /** Features */
            features: components["schemas"]["FeatureContribution"][];
            /** Label */
            label: string | null;
            /** Rows */
            rows: number;
            /**
             * Scale
             * @enum {string}
             */
            scale: "log_odds" | "target";
            /** Uncovered */
            uncovered: string[];
        };
        /**
         * ContributionsSection
         * @description Local contributions seen together.
         */
        ContributionsSection: {
            data: components["schemas"]["ContributionsData"] | null;
            /** Reason */
            reason: string | null;
            /** Seconds */
            seconds: number | null;
            /**
             * Status
             * @default pending
             * @enum {string}
             */
            status: "complete" | "partial" | "pending" | "unavailable";
        };
        /**
         * Costs
         * @description What a wrong answer costs, in any unit: a false alarm, and a case that was missed.
         */
        Costs: {
            /**
             * False Negative
             * @default 1
             */
            false_negative?: number;
            /**
             * False Positive
             * @default 1
             */
            false_positive?: number;
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
         * DependenceCurve
         * @description Mean prediction at each grid point; label: of the class whose probability it is, None for regression.
         */
        DependenceCurve: {
            /** Label */
            label: string | null;
            /** Mean */
            mean: number[];
        };
        /**
         * DependenceData
         * @description Of the most important features, at most 10. rows: drawn for it.
         */
        DependenceData: {
            /** Features */
            features: components["schemas"]["FeatureDependence"][];
            /** Rows */
            rows: number;
        };
        /**
         * DependenceSection
         * @description Partial dependence and individual lines.
         */
        DependenceSection: {
            data: components["schemas"]["DependenceData"] | null;
            /** Reason */
            reason: string | null;
            /** Seconds */
            seconds: number | null;
            /**
             * Status
             * @default pending
             * @enum {string}
             */
            status: "complete" | "partial" | "pending" | "unavailable";
        };
        /**
         * ErrorBin
         * @description Rows with a prediction in [low, high]. bias: mean of actual - predicted; errors in the target's unit.
         */
        ErrorBin: {
            /** Bias */
            bias: number;
            /** High */
            high: number;
            /** Low */
            low: number;
            /** Mae */
            mae: number;
            /** Rmse */
            rmse: number;
            /** Rows */
            rows: number;
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
         * ExplainRows
         * @description Rows by column name, in any order; null is a missing value. top: features listed for a row.
         */
        ExplainRows: {
            /** Rows */
            rows: {
                [key: string]: unknown;
            }[];
            /**
             * Top
             * @default 5
             */
            top?: number;
        };
        /**
         * ExplanationView
         * @description Exact contributions of the members that allow it (boosted trees, linear), averaged by weight, in input order.
         *     covered_weight: share of the model's weight they have: with 0 there are no contributions, and reason says so.
         */
        ExplanationView: {
            /** Covered Weight */
            covered_weight: number;
            /** Flags */
            flags: string[][];
            /** Model Id */
            model_id: string;
            /** Reason */
            reason: string | null;
            /** Rows */
            rows: components["schemas"]["RowExplanation"][];
            /**
             * Scale
             * @enum {string}
             */
            scale: "log_odds" | "target";
            /** Uncovered */
            uncovered: string[];
            /** Version */
            version: string;
            /** Warnings */
            warnings: string[];
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
         * FeatureContribution
         * @description mean_absolute: over the sampled rows.
         */
        FeatureContribution: {
            /** Feature */
            feature: string;
            /** Mean Absolute */
            mean_absolute: number;
            /** Points */
            points: components["schemas"]["ContributionPoint"][];
            /** Type */
            type: string;
        };
        /**
         * FeatureDependence
         * @description How the prediction moves with one feature, everything else as it is. grid: numbers, or texts of categories (None:
         *     missing), at most 20; counts: rows of the sample at, or next to, each point; ice: lines of single rows, at most 50,
         *     of the first curve.
         */
        FeatureDependence: {
            /** Counts */
            counts: number[];
            /** Curves */
            curves: components["schemas"]["DependenceCurve"][];
            /** Feature */
            feature: string;
            /** Grid */
            grid: (number | string | null)[];
            /** Ice */
            ice: number[][];
            /**
             * Kind
             * @enum {string}
             */
            kind: "number" | "category";
            /** Type */
            type: string;
        };
        /**
         * FeatureImportance
         * @description What the metric loses, inside sign (higher means more important), when the feature's values are shuffled among
         *     out-of-fold rows and each row is predicted by its own fold's models. low, high: 95 % interval of the mean over
         *     repeats; None with one repeat.
         */
        FeatureImportance: {
            /** Feature */
            feature: string;
            /** High */
            high: number | null;
            /** Importance */
            importance: number;
            /** Low */
            low: number | null;
            /**
             * Repeats
             * @default 1
             */
            repeats: number;
            /** Std */
            std: number | null;
            /** Type */
            type: string;
        };
        /**
         * FitSpec
         * @description Everything that defines a fit job; equal specs on equal data ask for the same work.
         *
         *     preset: what the model is. `balanced`: the ensemble of fold models; `fast`: its best member alone, fitted again on
         *     all rows within the budget: small and quick to predict with, often a little less exact.
         *     class_weights: label → how much its rows count (1 for labels left out), or `balanced`: each class as much as any
         *     other. costs: of wrong answers of a binary task, which then decide the threshold. intervals: share of true values
         *     that the ranges around predicted numbers shall hold. model: id or name of the model whose next version the result
         *     becomes; None for a model of its own. deterministic: so many trials instead of so many as the time
         *     allows, so that the same seed gives the same predictions to the bit; the clock may still cut it, which the job says.
         */
        FitSpec: {
            /**
             * @default {
             *       "seconds": 300
             *     }
             */
            budget?: components["schemas"]["Budget"];
            /** Class Weights */
            class_weights?: "balanced" | {
                [key: string]: number;
            } | null;
            /**
             * Configurations
             * @default []
             */
            configurations?: components["schemas"]["RequestedConfiguration"][];
            costs?: components["schemas"]["Costs"] | null;
            /** Dataset Id */
            dataset_id: string;
            /**
             * Deterministic
             * @default false
             */
            deterministic?: boolean;
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
            /** Intervals */
            intervals?: number | null;
            /** Metric */
            metric?: string | null;
            /** Model */
            model?: string | null;
            /** Name */
            name?: string | null;
            /**
             * Preset
             * @default balanced
             * @enum {string}
             */
            preset?: "balanced" | "fast";
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
         * Histogram
         * @description counts[i] values lie between edges[i] and edges[i + 1]. below, above: how many lie outside of the edges.
         */
        Histogram: {
            /**
             * Above
             * @default 0
             */
            above: number;
            /**
             * Below
             * @default 0
             */
            below: number;
            /** Counts */
            counts: number[];
            /** Edges */
            edges: number[];
        };
        /**
         * ImportanceData
         * @description Most important first. rows: drawn for it; baseline: the metric on them, own sign; missing: features that time did
         *     not suffice for.
         */
        ImportanceData: {
            /** Baseline */
            baseline: number;
            /** Features */
            features: components["schemas"]["FeatureImportance"][];
            /** Metric */
            metric: string;
            /** Missing */
            missing: string[];
            /** Rows */
            rows: number;
        };
        /**
         * ImportanceSection
         * @description Permutation importance.
         */
        ImportanceSection: {
            data: components["schemas"]["ImportanceData"] | null;
            /** Reason */
            reason: string | null;
            /** Seconds */
            seconds: number | null;
            /**
             * Status
             * @default pending
             * @enum {string}
             */
            status: "complete" | "partial" | "pending" | "unavailable";
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
         * @description One job. queue_position, queue_reason: of a waiting one, among its tenant's own; continues: the job whose folds
         *     it goes on from; end_reason: why fitting was over, in one sentence.
         *
         *     score: cross-fitted out-of-fold score of the ensemble, in the metric's own sign; test_score: on held-out
         *     rows where they were given. variant: what the model is; of a `fast` one, a single model of all rows, the score is
         *     that of the fold models of its configuration; variant_reason: what was shipped and why, if `fast` was asked for.
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
            /** Continues */
            continues: string | null;
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
            /** Deterministic */
            deterministic: boolean | null;
            /** End Reason */
            end_reason: string | null;
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
            /** Variant */
            variant: ("ensemble" | "fast") | null;
            /** Variant Reason */
            variant_reason: string | null;
            /** @default run */
            wanted: components["schemas"]["Wanted"];
            /**
             * Warnings
             * @default []
             */
            warnings: string[];
        };
        /**
         * KolmogorovSmirnov
         * @description The largest distance between the distributions of the probability among positive and negative rows.
         */
        KolmogorovSmirnov: {
            /** Threshold */
            threshold: number;
            /** Value */
            value: number;
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
         * LiftGroup
         * @description Rows in order of falling probability, in groups of equal size. share: of rows up to here; gain: of the positive
         *     rows up to here; lift: of the group, cumulative_lift: up to here; least: the smallest probability of the group.
         */
        LiftGroup: {
            /** Cumulative Lift */
            cumulative_lift: number;
            /** Gain */
            gain: number;
            /** Group */
            group: number;
            /** Least */
            least: number;
            /** Lift */
            lift: number;
            /** Positives */
            positives: number;
            /** Rows */
            rows: number;
            /** Share */
            share: number;
        };
        /**
         * Lineage
         * @description From the data to the model. dataset_digest: over the manifest of its chunks; package_digest: SHA-256.
         */
        Lineage: {
            /** Dataset Digest */
            dataset_digest: string | null;
            /** Dataset Id */
            dataset_id: string;
            /** Job Id */
            job_id: string;
            /** Label */
            label: string;
            /** Libraries */
            libraries: {
                [key: string]: string;
            };
            /** Model Id */
            model_id: string;
            /** Package Digest */
            package_digest: string;
            /** Version */
            version: string;
        };
        /**
         * LogLine
         * @description One thing that was said about a job, for its owner. seq: of the durable event that says it; source: who says it
         *     (api, controller, driver, worker); level: debug, info, warning, error.
         */
        LogLine: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Fold */
            fold: number | null;
            /**
             * Level
             * @enum {string}
             */
            level: "debug" | "info" | "warning" | "error";
            /** Message */
            message: string;
            /** Seq */
            seq: number;
            /** Source */
            source: string;
            /** Trial */
            trial: number | null;
        };
        /**
         * MembersSection
         * @description What the model is made of, heaviest first.
         */
        MembersSection: {
            /** Data */
            data: components["schemas"]["MemberView"][] | null;
            /** Reason */
            reason: string | null;
            /** Seconds */
            seconds: number | null;
            /**
             * Status
             * @default pending
             * @enum {string}
             */
            status: "complete" | "partial" | "pending" | "unavailable";
        };
        /**
         * MemberView
         * @description One member. score, score_std: its own, over its folds, own sign; params: exactly what its family was given.
         */
        MemberView: {
            /** Family */
            family: string;
            /** Fit S */
            fit_s: number | null;
            /** Folds */
            folds: number;
            /** Name */
            name: string;
            /** Params */
            params: {
                [key: string]: unknown;
            };
            /** Predict Us Row */
            predict_us_row: number | null;
            /** Score */
            score: number | null;
            /** Score Std */
            score_std: number | null;
            /** Size Bytes */
            size_bytes: number | null;
            /** Weight */
            weight: number;
        };
        /**
         * ModelVersionView
         * @description One version of a model. label: `{Family}_{YYYYMMDD_HHMMSS}`; continues: the job that its job went on from;
         *     intervals: share of true values that the ranges around its numbers hold, where its job asked for them; variant: as
         *     in JobView; predict_us_row: microseconds its members take for one row of a large batch, encoding apart.
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
            /** Continues */
            continues: string | null;
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
            /** Intervals */
            intervals: number | null;
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
            /** Predict Us Row */
            predict_us_row: number | null;
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
            /**
             * Variant
             * @default ensemble
             * @enum {string}
             */
            variant: "ensemble" | "fast";
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
        /**
         * MulticlassData
         * @description roc: of the most frequent classes, at most 20.
         */
        MulticlassData: {
            calibration: components["schemas"]["Calibration"];
            classes: components["schemas"]["ClassReport"];
            confusion: components["schemas"]["Confusion"];
            /** Roc */
            roc: components["schemas"]["ClassCurve"][];
            /** Rows */
            rows: number;
            /** Top K */
            top_k: components["schemas"]["TopK"][];
        };
        /**
         * MulticlassPerformance
         * @description Of a multiclass task.
         */
        MulticlassPerformance: {
            data: components["schemas"]["MulticlassData"] | null;
            /** Reason */
            reason: string | null;
            /** Seconds */
            seconds: number | null;
            /**
             * Status
             * @default pending
             * @enum {string}
             */
            status: "complete" | "partial" | "pending" | "unavailable";
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            task: "multiclass";
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
        /** Page[LogLine] */
        Page_LogLine_: {
            /** Cursor */
            cursor: string | null;
            /** Items */
            items: components["schemas"]["LogLine"][];
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
        /** Page[StoredPredictionView] */
        Page_StoredPredictionView_: {
            /** Cursor */
            cursor: string | null;
            /** Items */
            items: components["schemas"]["StoredPredictionView"][];
        };
        /**
         * Phase
         * @description A stretch of the job.
         */
        Phase: {
            /**
             * Name
             * @enum {string}
             */
            name: "queue" | "prepare" | "fit" | "finish";
            /** Seconds */
            seconds: number;
        };
        /**
         * PrCurve
         * @description Precision over recall, at most 200 points, recall rising; the first threshold is None: above all. baseline: the
         *     share of positive rows.
         */
        PrCurve: {
            /** Average Precision */
            average_precision: number;
            /** Baseline */
            baseline: number;
            /** Precision */
            precision: number[];
            /** Recall */
            recall: number[];
            /** Thresholds */
            thresholds: (number | null)[];
        };
        /**
         * PredictionView
         * @description Answers in input order. probabilities: one mapping class → probability per row, where asked; intervals: lower and
         *     upper end around each number, where the job asked for them; flags: per row, what was handled
         *     (`unseen_category:column`).
         */
        PredictionView: {
            /** Flags */
            flags: string[][] | null;
            /** Intervals */
            intervals: [
                number,
                number
            ][] | null;
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
         * PredictSpec
         * @description What a stored prediction is made of. model: `id`, `id@alias`, `id@version` or the same with a name; proba: also a
         *     probability for each class.
         */
        PredictSpec: {
            /** Dataset Id */
            dataset_id: string;
            /** Model */
            model: string;
            /** Name */
            name?: string | null;
            /**
             * Proba
             * @default false
             */
            proba?: boolean;
        };
        /**
         * Progress
         * @description Where a job stands. fraction: of the budget, or of the work, 0 to 1; best_score in the metric's own sign; rows:
         *     predicted so far by a prediction.
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
            /** Rows */
            rows: number | null;
            /** Rows Total */
            rows_total: number | null;
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
         * Quantile
         * @description A share of the rows has at most this value.
         */
        Quantile: {
            /** Share */
            share: number;
            /** Value */
            value: number;
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
         * Refit
         * @description How long the fit on all rows may take.
         */
        Refit: {
            /**
             * Seconds
             * @default 60
             */
            seconds?: number;
        };
        /**
         * RegressionData
         * @description actual, predicted: of at most 1,000 evenly drawn rows; residual means actual - predicted. residuals: histogram
         *     over all rows, the outermost 0.5 % of each side counted as outside.
         */
        RegressionData: {
            /** Absolute Error */
            absolute_error: components["schemas"]["Quantile"][];
            /** Actual */
            actual: number[];
            /** By Prediction */
            by_prediction: components["schemas"]["ErrorBin"][];
            /** Predicted */
            predicted: number[];
            /** Residual Mean */
            residual_mean: number;
            /** Residual Std */
            residual_std: number;
            residuals: components["schemas"]["Histogram"];
            /** Rows */
            rows: number;
        };
        /**
         * RegressionPerformance
         * @description Of a regression task.
         */
        RegressionPerformance: {
            data: components["schemas"]["RegressionData"] | null;
            /** Reason */
            reason: string | null;
            /** Seconds */
            seconds: number | null;
            /**
             * Status
             * @default pending
             * @enum {string}
             */
            status: "complete" | "partial" | "pending" | "unavailable";
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            task: "regression";
        };
        /**
         * ReportView
         * @description Everything that is known of a model version. status: complete when every section is as complete as it gets,
         *     pending while one is being computed: ask again. variant: as in JobView.
         */
        ReportView: {
            checks: components["schemas"]["ChecksSection"];
            /** Classes */
            classes: string[] | null;
            contributions: components["schemas"]["ContributionsSection"];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            dependence: components["schemas"]["DependenceSection"];
            importance: components["schemas"]["ImportanceSection"];
            lineage: components["schemas"]["Lineage"];
            members: components["schemas"]["MembersSection"];
            /** Metric */
            metric: string;
            /** Model Id */
            model_id: string;
            /** Performance */
            performance: components["schemas"]["BinaryPerformance"] | components["schemas"]["MulticlassPerformance"] | components["schemas"]["RegressionPerformance"];
            scores: components["schemas"]["ScoresSection"];
            /**
             * Status
             * @enum {string}
             */
            status: "complete" | "partial" | "pending" | "unavailable";
            /** Target */
            target: string;
            /**
             * Task
             * @enum {string}
             */
            task: "binary" | "multiclass" | "regression";
            times: components["schemas"]["TimesSection"];
            tried: components["schemas"]["TriedSection"];
            /**
             * Variant
             * @default ensemble
             * @enum {string}
             */
            variant: "ensemble" | "fast";
            /** Version */
            version: string;
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
         * RocCurve
         * @description False and true positive rate, at most 200 points, thresholds falling; the first threshold is None: above all.
         */
        RocCurve: {
            /** Auc */
            auc: number | null;
            /** Fpr */
            fpr: number[];
            /** Thresholds */
            thresholds: (number | null)[];
            /** Tpr */
            tpr: number[];
        };
        /**
         * RollBack
         * @description The version that the alias means now; when it means another one already, nothing happens: so a request that is
         *     sent again goes back once.
         */
        RollBack: {
            /** Version */
            version?: string | null;
        };
        /**
         * RowExplanation
         * @description base_value + sum of contributions + rest = total, on `scale`. label: the class explained (the predicted one; for
         *     a binary task always the second class); rest: of the features not listed.
         */
        RowExplanation: {
            /** Base Value */
            base_value: number;
            /** Contributions */
            contributions: components["schemas"]["Contribution"][];
            /** Label */
            label: string | null;
            /** Prediction */
            prediction: string | number;
            /** Probability */
            probability: number | null;
            /** Rest */
            rest: number;
            /** Total */
            total: number;
        };
        /**
         * ScoreRow
         * @description One metric in its own sign. value: over all out-of-fold predictions of the model; folds: of each fold's rows,
         *     std: over them; test: on held-out rows; decided: the job chose models by it.
         */
        ScoreRow: {
            /**
             * Decided
             * @default false
             */
            decided: boolean;
            /** Folds */
            folds: number[];
            /** Greater Is Better */
            greater_is_better: boolean;
            /** Metric */
            metric: string;
            /** Optimum */
            optimum: number;
            /** Std */
            std: number | null;
            /** Test */
            test: number | null;
            /** Title */
            title: string;
            /** Value */
            value: number;
        };
        /**
         * ScoresData
         * @description All metrics of the task, the one that decided first. shown: the job's score, cross-fitted: weights are chosen on
         *     one half of the rows and scored on the other, so it may be a little worse than the decided row's value. rows, folds:
         *     of the out-of-fold predictions; test_rows: held out.
         */
        ScoresData: {
            /** Folds */
            folds: number;
            /** Metric */
            metric: string;
            /** Metrics */
            metrics: components["schemas"]["ScoreRow"][];
            /** Rows */
            rows: number;
            /** Shown */
            shown: number | null;
            /** Test */
            test: number | null;
            /**
             * Test Rows
             * @default 0
             */
            test_rows: number;
        };
        /**
         * ScoresSection
         * @description Scores with their spread over folds.
         */
        ScoresSection: {
            data: components["schemas"]["ScoresData"] | null;
            /** Reason */
            reason: string | null;
            /** Seconds */
            seconds: number | null;
            /**
             * Status
             * @default pending
             * @enum {string}
             */
            status: "complete" | "partial" | "pending" | "unavailable";
        };
        /**
         * SessionView
         * @description Who asks. by: the cookie, or a key sent with the request.
         */
        SessionView: {
            /** By */
            by: ("session" | "key") | null;
            /** Expires At */
            expires_at: string | null;
            /**
             * Scopes
             * @default []
             */
            scopes: string[];
            /** Signed In */
            signed_in: boolean;
        };
        /**
         * SignIn
         * @description Either a one-time code or an API key.
         */
        SignIn: {
            /** Code */
            code?: string | null;
            /** Key */
            key?: string | null;
        };
        /**
         * Split
         * @description How validation rows are chosen. `auto`: stratified. `group`: rows with the same value of `column` stay together;
         *     `time`: the rows with its newest values validate; `fold`: each of its values is a fold.
         */
        Split: {
            /** Column */
            column?: string | null;
            /**
             * Kind
             * @default auto
             * @enum {string}
             */
            kind?: "auto" | "random" | "stratified" | "group" | "time" | "fold";
        };
        /**
         * StoredPredictionView
         * @description A prediction of a whole dataset: a job of the kind `predict`, and what it keeps. model: as it was asked for;
         *     rows: answered so far; columns: of the answers; unseen: column → rows with a category that is new to the model.
         */
        StoredPredictionView: {
            /** Admitted At */
            admitted_at: string | null;
            /**
             * Columns
             * @default []
             */
            columns: string[];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Dataset Id */
            dataset_id: string;
            /** Ended At */
            ended_at: string | null;
            error: components["schemas"]["ErrorView"] | null;
            /** Id */
            id: string;
            /** Model */
            model: string;
            /** Model Id */
            model_id: string;
            /** Name */
            name: string | null;
            /**
             * Proba
             * @default false
             */
            proba: boolean;
            /**
             * @default {
             *       "folds": 0,
             *       "fraction": 0,
             *       "step": "",
             *       "trials": 0
             *     }
             */
            progress: components["schemas"]["Progress"];
            /**
             * Rows
             * @default 0
             */
            rows: number;
            /** Rows Total */
            rows_total: number | null;
            /** Size Bytes */
            size_bytes: number | null;
            state: components["schemas"]["JobState"];
            /**
             * @default {
             *       "lost_s": 0
             *     }
             */
            times: components["schemas"]["Times"];
            /**
             * Unseen
             * @default {}
             */
            unseen: {
                [key: string]: number;
            };
            /** Version */
            version: string;
            /** @default run */
            wanted: components["schemas"]["Wanted"];
            /**
             * Warnings
             * @default []
             */
            warnings: string[];
        };
        /**
         * Task
         * @description What kind of target is learnt.
         * @enum {string}
         */
        Task: "binary" | "multiclass" | "regression";
        /**
         * ThresholdChoice
         * @description The threshold that is best by one criterion among all probabilities that occur, and its value there. For
         *     min_cost the value is the cost, fn_cost for each missed positive and fp_cost for each false alarm.
         */
        ThresholdChoice: {
            /**
             * Criterion
             * @enum {string}
             */
            criterion: "default" | "max_f1" | "max_balanced_accuracy" | "max_mcc" | "min_cost";
            /** Fn */
            fn: number;
            /** Fp */
            fp: number;
            /** Threshold */
            threshold: number;
            /** Tn */
            tn: number;
            /** Tp */
            tp: number;
            /** Value */
            value: number;
        };
        /**
         * ThresholdGrid
         * @description The confusion matrix at each threshold, rising; a row is called positive when its probability is at least it.
         *     At most 200; precision is None where nothing is called positive.
         */
        ThresholdGrid: {
            /** Balanced Accuracy */
            balanced_accuracy: number[];
            /** F1 */
            f1: number[];
            /** Fn */
            fn: number[];
            /** Fp */
            fp: number[];
            /** Mcc */
            mcc: number[];
            /** Precision */
            precision: (number | null)[];
            /** Recall */
            recall: number[];
            /** Thresholds */
            thresholds: number[];
            /** Tn */
            tn: number[];
            /** Tp */
            tp: number[];
        };
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
         * TimesData
         * @description What the job took. fit_s: of all folds together; budget_s: as asked.
         */
        TimesData: {
            /** Budget S */
            budget_s: number | null;
            /** Cpus */
            cpus: number | null;
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
            /** Job S */
            job_s: number | null;
            /** Phases */
            phases: components["schemas"]["Phase"][];
            /**
             * Trials
             * @default 0
             */
            trials: number;
            /** Wall S */
            wall_s: number | null;
        };
        /**
         * TimesSection
         * @description Time and cost.
         */
        TimesSection: {
            data: components["schemas"]["TimesData"] | null;
            /** Reason */
            reason: string | null;
            /** Seconds */
            seconds: number | null;
            /**
             * Status
             * @default pending
             * @enum {string}
             */
            status: "complete" | "partial" | "pending" | "unavailable";
        };
        /**
         * TopK
         * @description Share of rows whose class is among the k most probable ones.
         */
        TopK: {
            /** Accuracy */
            accuracy: number;
            /** K */
            k: number;
        };
        /**
         * TrialState
         * @description What became of one configuration; `partial` has fewer folds than the study asks and joins no ensemble.
         * @enum {string}
         */
        TrialState: "running" | "paused" | "complete" | "partial" | "failed" | "skipped";
        /**
         * TriedData
         * @description Best first. story: sentences on what was tried and why the winner won; ensemble_gain: of the model over the best
         *     single configuration, in the metric, above 0 when better.
         */
        TriedData: {
            /** Best Single */
            best_single: string | null;
            /** Best Single Score */
            best_single_score: number | null;
            /** Ensemble Gain */
            ensemble_gain: number | null;
            /** Story */
            story: string[];
            /** Trials */
            trials: components["schemas"]["TriedRow"][];
        };
        /**
         * TriedRow
         * @description One configuration that was tried or left out, and why.
         */
        TriedRow: {
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
            /** Predict Us Row */
            predict_us_row: number | null;
            /** Reason */
            reason: string | null;
            /** Score */
            score: number | null;
            /** Score Std */
            score_std: number | null;
            /** Size Bytes */
            size_bytes: number | null;
            /** State */
            state: string;
            /**
             * Weight
             * @default 0
             */
            weight: number;
        };
        /**
         * TriedSection
         * @description What was tried and why the winner won.
         */
        TriedSection: {
            data: components["schemas"]["TriedData"] | null;
            /** Reason */
            reason: string | null;
            /** Seconds */
            seconds: number | null;
            /**
             * Status
             * @default pending
             * @enum {string}
             */
            status: "complete" | "partial" | "pending" | "unavailable";
        };
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
                /** @description A part of the name or id, in any case. */
                search?: string | null;
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
    associations_v1_datasets__dataset_id__associations_get: {
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
    versions_v1_datasets__dataset_id__versions_get: {
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
                    "application/json": components["schemas"]["Page_DatasetView_"];
                };
            };
        };
    };
    events_v1_events_get: {
        parameters: {
            query?: never;
            header?: {
                "last-event-id"?: string | null;
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
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
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
                /** @description A part of the name, id, target or the dataset's name. */
                search?: string | null;
                /** @description Of any of these states. */
                state?: components["schemas"]["JobState"][] | null;
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
            header?: {
                "idempotency-key"?: string | null;
            };
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
    refit_v1_jobs__job_id__refit_post: {
        parameters: {
            query?: never;
            header?: {
                "idempotency-key"?: string | null;
            };
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Refit"];
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
    logs_v1_jobs__job_id__logs_get: {
        parameters: {
            query?: {
                /** @description From the page before. */
                cursor?: string | null;
                /** @description This level and above. */
                level?: "debug" | "info" | "warning" | "error";
                /** @description Items a page. */
                limit?: number;
                /** @description The last lines instead of the first; without a cursor. */
                tail?: boolean;
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
                    "application/json": components["schemas"]["Page_LogLine_"];
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
                /** @description A part of the name or id, in any case. */
                search?: string | null;
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
    drop_alias_v1_models__model__aliases__alias__delete: {
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
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RollBack"] | null;
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
    explain_v1_models__model__explain_post: {
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
                "application/json": components["schemas"]["ExplainRows"];
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
                    "application/json": components["schemas"]["ExplanationView"];
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
    report_v1_models__model__report_get: {
        parameters: {
            query?: {
                fn_cost?: number | null;
                fp_cost?: number | null;
                version?: string | null;
            };
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
                    "application/json": components["schemas"]["ReportView"];
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
    delete_version_v1_models__model__versions__version__delete: {
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
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    list_predictions_v1_predictions_get: {
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
                    "application/json": components["schemas"]["Page_StoredPredictionView_"];
                };
            };
        };
    };
    submit_v1_predictions_post: {
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
                "application/json": components["schemas"]["PredictSpec"];
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
    get_v1_predictions__prediction_id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                prediction_id: string;
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
                    "application/json": components["schemas"]["StoredPredictionView"];
                };
            };
        };
    };
    delete_v1_predictions__prediction_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                prediction_id: string;
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
    download_v1_predictions__prediction_id__download_get: {
        parameters: {
            query?: {
                /** @description csv or parquet */
                format?: "csv" | "parquet";
            };
            header?: never;
            path: {
                prediction_id: string;
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
    get_v1_session_get: {
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
                    "application/json": components["schemas"]["SessionView"];
                };
            };
        };
    };
    sign_in_v1_session_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
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
                    "application/json": components["schemas"]["SessionView"];
                };
            };
        };
    };
    sign_out_v1_session_delete: {
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
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    make_code_v1_session_codes_post: {
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
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodeView"];
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
