import { UserError } from "../command/run";

/** The forge that runs the job. It writes one comment and one issue, and nothing else. */
export interface Forge {
  /** Creates or updates the comment. @returns its URL */
  comment(number: string, marker: string, body: string): Promise<string>;
  /** The open pull request whose head is this commit of the branch. */
  find(head: string, sha: string): Promise<string | undefined>;
  /** Opens or updates the issue; closes it when there is no body. @returns its URL, undefined if there is no issue */
  issue(marker: string, title: string, body: string | undefined): Promise<string | undefined>;
}

/** Label that identifies the issue. */
const LABEL = "drift";
/** Items per page; the maximum of both forges. */
const PAGE = 100;

/** @throws UserError outside of a CI job */
export function forgeOf(env: NodeJS.ProcessEnv): Forge {
  return env.GITLAB_CI === "true" ? new GitLab(env) : new GitHub(env);
}

type Json = Record<string, unknown>;

function need(env: NodeJS.ProcessEnv, name: string, wayOut: string): string {
  const value = env[name] ?? "";
  if (value === "") throw new UserError([`${name} is not set; ${wayOut}`]);
  return value;
}

class Api {
  constructor(
    private readonly root: string,
    private readonly headers: Record<string, string>,
    private readonly forbidden: string,
  ) {}

  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.root}${path}`, {
      method,
      headers: { ...this.headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok)
      throw new UserError([
        `${method} ${path}: the forge answers ${response.status}: ${text.slice(0, 300)}` +
          ([401, 403, 404].includes(response.status) ? `; ${this.forbidden}` : ""),
      ]);
    return JSON.parse(text === "" ? "null" : text) as T;
  }

  /** All items of a list. */
  async all(path: string): Promise<Json[]> {
    const items: Json[] = [];
    for (let page = 1; ; page++) {
      const more = await this.call<Json[]>(
        "GET",
        `${path}${path.includes("?") ? "&" : "?"}per_page=${PAGE}&page=${page}`,
      );
      items.push(...more);
      if (more.length < PAGE) return items;
    }
  }
}

/** REST API 2022-11-28: issues, issue comments, pulls. */
class GitHub implements Forge {
  private readonly api: Api;
  private readonly repository: string;

  constructor(env: NodeJS.ProcessEnv) {
    const outside = "this command runs in a job of GitHub Actions or GitLab CI";
    this.repository = need(env, "GITHUB_REPOSITORY", outside);
    this.api = new Api(
      env.GITHUB_API_URL ?? "https://api.github.com",
      {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${need(env, "GITHUB_TOKEN", "give the step env: GITHUB_TOKEN: ${{ github.token }}")}`,
        "x-github-api-version": "2022-11-28",
        "user-agent": "iot-telemetry-etl",
      },
      "the job needs permissions: pull-requests: write for a comment, issues: write for an issue",
    );
  }

  async comment(number: string, marker: string, body: string): Promise<string> {
    const path = `/repos/${this.repository}/issues`;
    const own = (await this.api.all(`${path}/${number}/comments`)).find((each) => isOwn(each, marker));
    const { html_url: url } =
      own === undefined
        ? await this.api.call<Json>("POST", `${path}/${number}/comments`, { body })
        : await this.api.call<Json>("PATCH", `${path}/comments/${String(own.id)}`, { body });
    return String(url);
  }

  async find(head: string, sha: string): Promise<string | undefined> {
    const open = await this.api.all(`/repos/${this.repository}/pulls?state=open&head=${encodeURIComponent(head)}`);
    const found = open.find((pull) => (pull.head as Json | undefined)?.sha === sha);
    return found === undefined ? undefined : String(found.number);
  }

  async issue(marker: string, title: string, body: string | undefined): Promise<string | undefined> {
    const path = `/repos/${this.repository}/issues`;
    const own = (await this.api.all(`${path}?state=open&labels=${LABEL}`)).find((each) => isOwn(each, marker));
    if (body === undefined) {
      if (own !== undefined) await this.api.call("PATCH", `${path}/${String(own.number)}`, { state: "closed" });
      return own === undefined ? undefined : String(own.html_url);
    }
    const { html_url: url } =
      own === undefined
        ? await this.api.call<Json>("POST", path, { title, body, labels: [LABEL] })
        : await this.api.call<Json>("PATCH", `${path}/${String(own.number)}`, { title, body });
    return String(url);
  }
}

/** Anyone may copy the marker, so posts by a person are not overwritten. */
function isOwn({ body, user }: Json, marker: string): boolean {
  return String(body).startsWith(marker) && (user as Json | undefined)?.type === "Bot";
}

/** REST API v4: notes of merge requests, issues. The job token can write neither, so a project access token is used. */
class GitLab implements Forge {
  private readonly api: Api;

  constructor(env: NodeJS.ProcessEnv) {
    const outside = "this command runs in a job of GitHub Actions or GitLab CI";
    const project = need(env, "CI_PROJECT_ID", outside);
    this.api = new Api(
      `${need(env, "CI_API_V4_URL", outside)}/projects/${project}`,
      {
        "private-token": need(
          env,
          "GITLAB_TOKEN",
          "make a project access token with the scope api and keep it as a masked variable",
        ),
      },
      "GITLAB_TOKEN needs the scope api and the role Reporter",
    );
  }

  async comment(number: string, marker: string, body: string): Promise<string> {
    const path = `/merge_requests/${number}/notes`;
    const own = await this.own(await this.api.all(path), marker, "body");
    const { id } =
      own === undefined
        ? await this.api.call<Json>("POST", path, { body })
        : await this.api.call<Json>("PUT", `${path}/${String(own.id)}`, { body });
    return `merge request !${number}, note ${String(id)}`;
  }

  find(): Promise<string | undefined> {
    throw new UserError(["--head is GitHub's; at GitLab use --pull-request $CI_MERGE_REQUEST_IID"]);
  }

  async issue(marker: string, title: string, body: string | undefined): Promise<string | undefined> {
    const own = await this.own(await this.api.all(`/issues?state=opened&labels=${LABEL}`), marker, "description");
    if (body === undefined) {
      if (own !== undefined) await this.api.call("PUT", `/issues/${String(own.iid)}`, { state_event: "close" });
      return own === undefined ? undefined : String(own.web_url);
    }
    const { web_url: url } =
      own === undefined
        ? await this.api.call<Json>("POST", "/issues", { title, description: body, labels: LABEL })
        : await this.api.call<Json>("PUT", `/issues/${String(own.iid)}`, { title, description: body });
    return String(url);
  }

  /** The item with the marker that the token's user wrote. */
  private async own(items: readonly Json[], marker: string, text: string): Promise<Json | undefined> {
    const marked = items.filter((item) => String(item[text]).startsWith(marker));
    return marked.find(({ author }) => /bot/i.test(String((author as Json | undefined)?.username)));
  }
}
