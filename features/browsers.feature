@local
Feature: Pages in browsers read only what they may
  A browser sends requests for every page that is open in it. Pages of other sites are refused, unless their origins are listed.

  Scenario Outline: A page of another site
    Given a proxy in front of Redis
    And Redis holds "Superhero" for "Batman"
    When "GET /{Batman}" is requested with "<header>"
    Then the status is 403
    And the body mentions "CORS_ORIGIN"

    Examples:
      | header                       |
      | Origin: https://shop.example |
      | Origin: null                 |
      | Sec-Fetch-Site: cross-site   |

  Scenario: A listed page
    Given a proxy whose "--cors-origin" is "https://shop.example"
    And Redis holds "Superhero" for "Batman"
    When "GET /{Batman}" is requested with "Origin: https://shop.example"
    Then the status is 200
    And the body is exactly "Superhero"
    And the header "Access-Control-Allow-Origin" is "https://shop.example"
    And the header "Vary" is "Origin"
    When "GET /{Batman}" is requested with "Origin: https://other.example"
    Then the status is 403

  Scenario: Every page
    Given a proxy whose "--cors-origin" is "*"
    And Redis holds "Superhero" for "Batman"
    When "GET /{Batman}" is requested with "Origin: https://shop.example"
    Then the status is 200
    And the header "Access-Control-Allow-Origin" is "*"

  Scenario: A name that another site has made lead to the proxy
    Given a proxy whose "--allowed-hosts" is "cache.example"
    And Redis holds "Superhero" for "Batman"
    When "GET /{Batman}" is requested for the host "evil.example"
    Then the status is 421
    When "GET /{Batman}" is requested for the host "cache.example"
    Then the status is 200
    When "GET /{Batman}" is requested for the host "localhost"
    Then the status is 200
