/** Reports of test runners, as they wrote them. */
export declare function failedInVitest(report: object): readonly string[];
export declare function failedInPlaywright(report: object): readonly string[];
