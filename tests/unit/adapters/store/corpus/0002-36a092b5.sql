BEGIN TRANSACTION;
CREATE TABLE addresses (
	ip TEXT NOT NULL, 
	network TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT NOT NULL, 
	PRIMARY KEY (ip)
);
INSERT INTO "addresses" VALUES('10.9.0.16','network-15','deployment-4','instance_id-2');
INSERT INTO "addresses" VALUES('10.9.0.134','network-133','deployment-122','instance_id-120');
INSERT INTO "addresses" VALUES('10.9.1.2','network-251','deployment-240','instance_id-238');
INSERT INTO "addresses" VALUES('10.0.0.2','default','shop','cd613e30-d8f1-4adf-91b7-584a2265b1f5');
INSERT INTO "addresses" VALUES('10.0.0.3','default','shop','1e2feb89-414c-443c-9027-c4d1c386bbc4');
INSERT INTO "addresses" VALUES('10.0.0.4','default','shop','78e51061-7311-48a3-82ce-6f447ed4d57b');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE compiled_packages (
	stemcell_os TEXT NOT NULL, 
	stemcell_version TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	dependency_key TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (stemcell_os, stemcell_version, fingerprint, dependency_key)
);
INSERT INTO "compiled_packages" VALUES('stemcell_os-918','stemcell_version-920','fingerprint-916','dependency_key-917',50,'{"package":"package-915","fingerprint":"fingerprint-916","dependency_key":"dependency_key-917","stemcell_os":"stemcell_os-918","stemcell_version":"stemcell_version-920","blob":{"blob_id":"blob_id-923","digest":"digest-924","size":925}}');
INSERT INTO "compiled_packages" VALUES('stemcell_os-930','stemcell_version-932','fingerprint-928','dependency_key-929',52,'{"package":"package-927","fingerprint":"fingerprint-928","dependency_key":"dependency_key-929","stemcell_os":"stemcell_os-930","stemcell_version":"stemcell_version-932","blob":{"blob_id":"blob_id-935","digest":"digest-936","size":937}}');
CREATE TABLE configs (
	config_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	deleted BOOLEAN NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (config_id)
);
INSERT INTO "configs" VALUES(1,'cloud','default',0,94,'{"config_id":1,"kind":"cloud","name":"default","content":"azs: [{name: z1}, {name: z2}]\nvm_types: [{name: small, cloud_properties: {ram: 1}}, {name: large}]\ndisk_types: [{name: data, disk_size: 64}, {name: more, disk_size: 128}]\nnetworks:\n- name: default\n  type: manual\n  subnets:\n  - range: 10.0.0.0/24\n    gateway: 10.0.0.1\n    dns: [10.0.0.2]\n    azs: [z1, z2]\n    static: [10.0.0.100-10.0.0.110]\ncompilation: {workers: 2, network: default, az: z1, vm_type: small}\n","created_at":"2026-01-01T00:00:00+00:00","deleted":false}');
INSERT INTO "configs" VALUES(743,'kind-744','name-745',0,38,'{"config_id":743,"kind":"kind-744","name":"name-745","content":"content-746","created_at":"2026-01-02T03:04:05.000678+00:00","deleted":false}');
INSERT INTO "configs" VALUES(749,'kind-750','name-751',1,40,'{"config_id":749,"kind":"kind-750","name":"name-751","content":"content-752","created_at":"2026-01-02T03:04:05.000678+00:00","deleted":true}');
CREATE TABLE counters (
	name TEXT NOT NULL, 
	value BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('config',749);
INSERT INTO "counters" VALUES('task',993);
CREATE TABLE deployments (
	name TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "deployments" VALUES('name-716',34,'{"name":"name-716","manifest":null,"cloud_config_ids":[],"runtime_config_ids":[],"releases":[],"stemcells":[],"variable_set":""}');
INSERT INTO "deployments" VALUES('name-718',36,'{"name":"name-718","manifest":"manifest-720","cloud_config_ids":[723],"runtime_config_ids":[726],"releases":[["releases-730","releases-732"]],"stemcells":[{"name":"name-736","version":"version-738","os":"os-739"}],"variable_set":"variable_set-741"}');
INSERT INTO "deployments" VALUES('shop',92,'{"name":"shop","manifest":null,"cloud_config_ids":[],"runtime_config_ids":[],"releases":[],"stemcells":[],"variable_set":""}');
CREATE TABLE disks (
	disk_id TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT, 
	state TEXT NOT NULL, 
	orphaned BOOLEAN NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (disk_id), 
	CONSTRAINT disks_state CHECK (state IN ('creating', 'detached', 'attaching', 'attached', 'detaching', 'orphaned', 'deleting'))
);
INSERT INTO "disks" VALUES('disk_id-516','deployment-518','instance_id-521','creating',0,18,'{"disk_id":"disk_id-516","deployment":"deployment-518","instance_id":"instance_id-521","state":"creating","size_mib":523,"cloud_properties":{"cloud_properties-524":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-528","cpi":"cpi-530","vm_cid":"vm_cid-533","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-536","az":"az-539","hint":{"hint-541":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-543','deployment-545','instance_id-548','detached',0,20,'{"disk_id":"disk_id-543","deployment":"deployment-545","instance_id":"instance_id-548","state":"detached","size_mib":550,"cloud_properties":{"cloud_properties-551":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-555","cpi":"cpi-557","vm_cid":"vm_cid-560","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-563","az":"az-566","hint":{"hint-568":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-570','deployment-572','instance_id-575','attaching',0,22,'{"disk_id":"disk_id-570","deployment":"deployment-572","instance_id":"instance_id-575","state":"attaching","size_mib":577,"cloud_properties":{"cloud_properties-578":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-582","cpi":"cpi-584","vm_cid":"vm_cid-587","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-590","az":"az-593","hint":{"hint-595":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-597','deployment-599','instance_id-602','attached',0,24,'{"disk_id":"disk_id-597","deployment":"deployment-599","instance_id":"instance_id-602","state":"attached","size_mib":604,"cloud_properties":{"cloud_properties-605":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-609","cpi":"cpi-611","vm_cid":"vm_cid-614","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-617","az":"az-620","hint":{"hint-622":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-624','deployment-626','instance_id-629','detaching',0,26,'{"disk_id":"disk_id-624","deployment":"deployment-626","instance_id":"instance_id-629","state":"detaching","size_mib":631,"cloud_properties":{"cloud_properties-632":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-636","cpi":"cpi-638","vm_cid":"vm_cid-641","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-644","az":"az-647","hint":{"hint-649":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-651','deployment-653','instance_id-656','orphaned',1,28,'{"disk_id":"disk_id-651","deployment":"deployment-653","instance_id":"instance_id-656","state":"orphaned","size_mib":658,"cloud_properties":{"cloud_properties-659":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-663","cpi":"cpi-665","vm_cid":"vm_cid-668","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-671","az":"az-674","hint":{"hint-676":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-678','deployment-680','instance_id-683','deleting',0,30,'{"disk_id":"disk_id-678","deployment":"deployment-680","instance_id":"instance_id-683","state":"deleting","size_mib":685,"cloud_properties":{"cloud_properties-686":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-690","cpi":"cpi-692","vm_cid":"vm_cid-695","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-698","az":"az-701","hint":{"hint-703":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-705','deployment-707','instance_id-710','deleting',0,32,'{"disk_id":"disk_id-705","deployment":"deployment-707","instance_id":"instance_id-710","state":"deleting","size_mib":712,"cloud_properties":{"cloud_properties-713":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":null,"cpi":"","vm_cid":null,"orphaned_at":null,"former_instance":"","az":null,"hint":null}');
CREATE TABLE instances (
	instance_id TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_group TEXT NOT NULL, 
	instance_index BIGINT NOT NULL, 
	run_state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (instance_id), 
	CONSTRAINT instances_run_state CHECK (run_state IN ('started', 'stopped', 'detached'))
);
INSERT INTO "instances" VALUES('instance_id-2','deployment-4','group-6',7,'started',2,'{"instance_id":"instance_id-2","deployment":"deployment-4","group":"group-6","index":7,"az":"az-10","bootstrap":true,"addresses":[{"network":"network-15","ip":"10.9.0.16","static":true}],"run_state":"started","spec":{"deployment":"deployment-22","group":"group-24","index":25,"instance_id":"instance_id-27","az":"az-30","bootstrap":true,"vm":{"stemcell":{"name":"name-35","version":"version-37","os":"os-38"},"cloud_properties":{"cloud_properties-39":[1,null]},"env":{"env-40":[1,null]},"networks":[{"name":"name-44","kind":"kind-45","ip":"10.9.0.46","netmask":"netmask-48","gateway":"10.9.0.49","dns":["dns-51"],"default":["default-53"],"cloud_properties":{"cloud_properties-54":[1,null]},"prefix":56,"nic_group":"nic_group-57"}],"cpi":"cpi-59"},"disk":{"size_mib":62,"cloud_properties":{"cloud_properties-63":[1,null]},"disk_type":"disk_type-64"},"jobs":[{"name":"name-68","release":"release-70","release_version":"release_version-72","fingerprint":"fingerprint-73","has_post_deploy":true}],"packages":[{"name":"name-78","version":"version-79","fingerprint":"fingerprint-80","blob":{"blob_id":"blob_id-84","digest":"digest-85","size":86},"dependency_key":"dependency_key-87"}],"templates":{"configuration_hash":"configuration_hash-89","template_hashes":{"template_hashes-90":"template_hashes-91"},"context_digest":"context_digest-92","blob":{"blob_id":"blob_id-96","digest":"digest-97","size":98}},"canary_watch_time":{"min_ms":100,"max_ms":101},"update_watch_time":{"min_ms":103,"max_ms":104},"properties":{"properties-105":[1,null]},"tags":{"tags-106":"tags-107"},"lifecycle":"lifecycle-108","update_strategy":"update_strategy-109"},"converged":true,"converged_by":113,"ignored":true,"resurrection_paused":true,"post_deployed_by":118}');
INSERT INTO "instances" VALUES('instance_id-120','deployment-122','group-124',125,'stopped',4,'{"instance_id":"instance_id-120","deployment":"deployment-122","group":"group-124","index":125,"az":"az-128","bootstrap":true,"addresses":[{"network":"network-133","ip":"10.9.0.134","static":true}],"run_state":"stopped","spec":{"deployment":"deployment-140","group":"group-142","index":143,"instance_id":"instance_id-145","az":"az-148","bootstrap":true,"vm":{"stemcell":{"name":"name-153","version":"version-155","os":"os-156"},"cloud_properties":{"cloud_properties-157":[1,null]},"env":{"env-158":[1,null]},"networks":[{"name":"name-162","kind":"kind-163","ip":"10.9.0.164","netmask":"netmask-166","gateway":"10.9.0.167","dns":["dns-169"],"default":["default-171"],"cloud_properties":{"cloud_properties-172":[1,null]},"prefix":174,"nic_group":"nic_group-175"}],"cpi":"cpi-177"},"disk":{"size_mib":180,"cloud_properties":{"cloud_properties-181":[1,null]},"disk_type":"disk_type-182"},"jobs":[{"name":"name-186","release":"release-188","release_version":"release_version-190","fingerprint":"fingerprint-191","has_post_deploy":true}],"packages":[{"name":"name-196","version":"version-197","fingerprint":"fingerprint-198","blob":{"blob_id":"blob_id-202","digest":"digest-203","size":204},"dependency_key":"dependency_key-205"}],"templates":{"configuration_hash":"configuration_hash-207","template_hashes":{"template_hashes-208":"template_hashes-209"},"context_digest":"context_digest-210","blob":{"blob_id":"blob_id-214","digest":"digest-215","size":216}},"canary_watch_time":{"min_ms":218,"max_ms":219},"update_watch_time":{"min_ms":221,"max_ms":222},"properties":{"properties-223":[1,null]},"tags":{"tags-224":"tags-225"},"lifecycle":"lifecycle-226","update_strategy":"update_strategy-227"},"converged":true,"converged_by":231,"ignored":true,"resurrection_paused":true,"post_deployed_by":236}');
INSERT INTO "instances" VALUES('instance_id-238','deployment-240','group-242',243,'detached',6,'{"instance_id":"instance_id-238","deployment":"deployment-240","group":"group-242","index":243,"az":"az-246","bootstrap":true,"addresses":[{"network":"network-251","ip":"10.9.1.2","static":true}],"run_state":"detached","spec":{"deployment":"deployment-258","group":"group-260","index":261,"instance_id":"instance_id-263","az":"az-266","bootstrap":true,"vm":{"stemcell":{"name":"name-271","version":"version-273","os":"os-274"},"cloud_properties":{"cloud_properties-275":[1,null]},"env":{"env-276":[1,null]},"networks":[{"name":"name-280","kind":"kind-281","ip":"10.9.1.32","netmask":"netmask-284","gateway":"10.9.1.35","dns":["dns-287"],"default":["default-289"],"cloud_properties":{"cloud_properties-290":[1,null]},"prefix":292,"nic_group":"nic_group-293"}],"cpi":"cpi-295"},"disk":{"size_mib":298,"cloud_properties":{"cloud_properties-299":[1,null]},"disk_type":"disk_type-300"},"jobs":[{"name":"name-304","release":"release-306","release_version":"release_version-308","fingerprint":"fingerprint-309","has_post_deploy":true}],"packages":[{"name":"name-314","version":"version-315","fingerprint":"fingerprint-316","blob":{"blob_id":"blob_id-320","digest":"digest-321","size":322},"dependency_key":"dependency_key-323"}],"templates":{"configuration_hash":"configuration_hash-325","template_hashes":{"template_hashes-326":"template_hashes-327"},"context_digest":"context_digest-328","blob":{"blob_id":"blob_id-332","digest":"digest-333","size":334}},"canary_watch_time":{"min_ms":336,"max_ms":337},"update_watch_time":{"min_ms":339,"max_ms":340},"properties":{"properties-341":[1,null]},"tags":{"tags-342":"tags-343"},"lifecycle":"lifecycle-344","update_strategy":"update_strategy-345"},"converged":true,"converged_by":349,"ignored":true,"resurrection_paused":true,"post_deployed_by":354}');
INSERT INTO "instances" VALUES('instance_id-356','deployment-358','group-360',361,'started',8,'{"instance_id":"instance_id-356","deployment":"deployment-358","group":"group-360","index":361,"az":"az-364","bootstrap":true,"addresses":[],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
INSERT INTO "instances" VALUES('cd613e30-d8f1-4adf-91b7-584a2265b1f5','shop','idle',0,'started',80,'{"instance_id":"cd613e30-d8f1-4adf-91b7-584a2265b1f5","deployment":"shop","group":"idle","index":0,"az":"z1","bootstrap":true,"addresses":[{"network":"default","ip":"10.0.0.2","static":false}],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
INSERT INTO "instances" VALUES('1e2feb89-414c-443c-9027-c4d1c386bbc4','shop','idle',1,'started',82,'{"instance_id":"1e2feb89-414c-443c-9027-c4d1c386bbc4","deployment":"shop","group":"idle","index":1,"az":"z2","bootstrap":false,"addresses":[{"network":"default","ip":"10.0.0.3","static":false}],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
INSERT INTO "instances" VALUES('78e51061-7311-48a3-82ce-6f447ed4d57b','shop','idle',2,'started',84,'{"instance_id":"78e51061-7311-48a3-82ce-6f447ed4d57b","deployment":"shop","group":"idle","index":2,"az":"z1","bootstrap":false,"addresses":[{"network":"default","ip":"10.0.0.4","static":false}],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
CREATE TABLE journal (
	sequence INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	task_id BIGINT, 
	phase TEXT NOT NULL, 
	step TEXT NOT NULL, 
	data TEXT NOT NULL, 
	PRIMARY KEY (sequence), 
	CONSTRAINT journal_phase CHECK (phase IN ('intent', 'result', 'failure', 'note'))
);
INSERT INTO "journal" VALUES(1,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(2,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(3,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(4,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(5,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(6,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(7,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(8,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(9,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(10,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(11,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(12,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(13,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(14,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(15,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(16,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(17,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(18,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(19,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(20,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(21,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(22,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(23,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(24,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(25,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(26,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(27,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(28,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(29,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(30,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(31,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(32,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(33,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(34,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(35,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(36,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(37,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(38,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(39,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(40,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(41,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(42,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(43,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(44,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(45,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(46,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(47,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(48,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(49,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(50,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(51,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(52,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(53,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(54,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(55,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(56,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(57,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(58,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(59,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(60,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(61,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(62,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(63,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(64,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(65,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(66,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(67,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(68,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(69,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(70,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(71,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(72,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(73,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(74,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(75,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(76,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(77,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(78,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(79,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(80,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(81,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(82,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(83,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(84,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(85,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(86,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(87,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(88,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(89,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(90,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(91,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(92,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(93,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(94,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(95,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(96,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(97,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(98,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
CREATE TABLE releases (
	name TEXT NOT NULL, 
	release_version TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name, release_version)
);
INSERT INTO "releases" VALUES('name-756','version-758',42,'{"name":"name-756","version":"version-758","manifest":{"name":"name-761","version":"version-763","commit_hash":"commit_hash-764","uncommitted_changes":true,"jobs":[{"name":"name-769","version":"version-770","fingerprint":"fingerprint-771","digest":"digest-772","spec":{"templates":[{"source":"source-776","destination":"destination-777"}],"packages":["packages-780"],"properties":[{"name":"name-783","description":"description-784","default":"default-786"}],"consumes":[{"name":"name-789","type":"type-790","optional":true}],"provides":[{"name":"name-794","type":"type-795","properties":["properties-797"]}],"description":"description-798","properties_schema":"properties_schema-800"}}],"packages":[{"name":"name-804","version":"version-805","fingerprint":"fingerprint-806","digest":"digest-807","dependencies":["dependencies-810"]}],"compiled_packages":[{"name":"name-814","version":"version-815","fingerprint":"fingerprint-816","digest":"digest-817","stemcell_os":"stemcell_os-818","stemcell_version":"stemcell_version-819","dependencies":["dependencies-822"]}]},"blobs":{}}');
INSERT INTO "releases" VALUES('name-824','version-826',44,'{"name":"name-824","version":"version-826","manifest":{"name":"name-829","version":"version-831","commit_hash":"commit_hash-832","uncommitted_changes":true,"jobs":[{"name":"name-837","version":"version-838","fingerprint":"fingerprint-839","digest":"digest-840","spec":{"templates":[{"source":"source-844","destination":"destination-845"}],"packages":["packages-848"],"properties":[{"name":"name-851","description":"description-852","default":"default-854"}],"consumes":[{"name":"name-857","type":"type-858","optional":true}],"provides":[{"name":"name-862","type":"type-863","properties":["properties-865"]}],"description":"description-866","properties_schema":"properties_schema-868"}}],"packages":[{"name":"name-872","version":"version-873","fingerprint":"fingerprint-874","digest":"digest-875","dependencies":["dependencies-878"]}],"compiled_packages":[{"name":"name-882","version":"version-883","fingerprint":"fingerprint-884","digest":"digest-885","stemcell_os":"stemcell_os-886","stemcell_version":"stemcell_version-887","dependencies":["dependencies-890"]}]},"blobs":{"blobs-891":{"blob_id":"blob_id-894","digest":"digest-895","size":896}}}');
CREATE TABLE rotations (
	name TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	phase TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name), 
	CONSTRAINT rotations_phase CHECK (phase IN ('replacing', 'trusting', 'signing', 'dropping'))
);
INSERT INTO "rotations" VALUES('name-1053','deployment-1055','replacing',70,'{"name":"name-1053","deployment":"deployment-1055","phase":"replacing","successors":{"successors-1057":"successors-1059"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1063}');
INSERT INTO "rotations" VALUES('name-1064','deployment-1066','trusting',72,'{"name":"name-1064","deployment":"deployment-1066","phase":"trusting","successors":{"successors-1068":"successors-1070"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1074}');
INSERT INTO "rotations" VALUES('name-1075','deployment-1077','signing',74,'{"name":"name-1075","deployment":"deployment-1077","phase":"signing","successors":{"successors-1079":"successors-1081"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1085}');
INSERT INTO "rotations" VALUES('name-1086','deployment-1088','dropping',76,'{"name":"name-1086","deployment":"deployment-1088","phase":"dropping","successors":{"successors-1090":"successors-1092"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1096}');
INSERT INTO "rotations" VALUES('name-1097','deployment-1099','dropping',78,'{"name":"name-1097","deployment":"deployment-1099","phase":"dropping","successors":{"successors-1101":"successors-1103"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":null}');
CREATE TABLE settings (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "settings" VALUES('director_uuid','5a1c7e1d-0000-4000-8000-000000000001');
CREATE TABLE stemcells (
	name TEXT NOT NULL, 
	stemcell_version TEXT NOT NULL, 
	cpi TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name, stemcell_version, cpi)
);
INSERT INTO "stemcells" VALUES('name-898','version-900','',46,'{"name":"name-898","version":"version-900","os":"os-901","cid":"cid-903","cpi":"","api_version":2}');
INSERT INTO "stemcells" VALUES('name-905','version-907','cpi-912',48,'{"name":"name-905","version":"version-907","os":"os-908","cid":"cid-910","cpi":"cpi-912","api_version":913}');
INSERT INTO "stemcells" VALUES('made-up','1.1','',96,'{"name":"made-up","version":"1.1","os":"made-up","cid":"stemcell-e99630f73a52bc23","cpi":"","api_version":2}');
CREATE TABLE tasks (
	task_id INTEGER NOT NULL, 
	deployment TEXT, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (task_id), 
	CONSTRAINT tasks_state CHECK (state IN ('queued', 'processing', 'cancelling', 'cancelled', 'done', 'error', 'timeout'))
);
INSERT INTO "tasks" VALUES(1,'shop','processing',98,'{"task_id":1,"state":"processing","description":"a test","kind":"update_deployment","request":{"manifest":"name: shop\nreleases: []\nstemcells: [{alias: default, os: made-up, version: latest}]\nupdate: {canaries: 1, max_in_flight: 2, canary_watch_time: 1000-9000, update_watch_time: 1000-9000}\ninstance_groups:\n- name: idle\n  instances: 3\n  azs: [z1, z2]\n  vm_type: small\n  stemcell: default\n  networks: [{name: default}]\n  jobs: []\n","manifest_name":"manifest.yml","cloud_config_ids":[],"runtime_config_ids":[],"recreate":false,"fix":false,"dry_run":false,"skip_drain":[],"canaries":null,"max_in_flight":null},"deployment":"shop","user":"me","created_at":"2026-01-01T00:00:00+00:00","started_at":"2026-01-01T00:00:00+00:00","finished_at":null,"result":null,"context_id":""}');
INSERT INTO "tasks" VALUES(939,'deployment-946','cancelled',54,'{"task_id":939,"state":"cancelled","description":"description-941","kind":"kind-942","request":{"request-943":[1,null]},"deployment":"deployment-946","user":"user-947","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-954","context_id":"context_id-955"}');
INSERT INTO "tasks" VALUES(957,'deployment-964','done',56,'{"task_id":957,"state":"done","description":"description-959","kind":"kind-960","request":{"request-961":[1,null]},"deployment":"deployment-964","user":"user-965","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-972","context_id":"context_id-973"}');
INSERT INTO "tasks" VALUES(975,'deployment-982','error',58,'{"task_id":975,"state":"error","description":"description-977","kind":"kind-978","request":{"request-979":[1,null]},"deployment":"deployment-982","user":"user-983","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-990","context_id":"context_id-991"}');
INSERT INTO "tasks" VALUES(993,'deployment-1000','done',60,'{"task_id":993,"state":"done","description":"description-995","kind":"kind-996","request":{"request-997":[1,null]},"deployment":"deployment-1000","user":"user-1001","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":null,"finished_at":null,"result":null,"context_id":""}');
CREATE TABLE variable_sets (
	deployment TEXT NOT NULL, 
	set_id TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (deployment, set_id)
);
INSERT INTO "variable_sets" VALUES('deployment-1038','set_id-1040',66,'{"deployment":"deployment-1038","set_id":"set_id-1040","versions":{"versions-1041":"versions-1043"},"created_at":"2026-01-02T03:04:05.000678+00:00"}');
INSERT INTO "variable_sets" VALUES('deployment-1046','set_id-1048',68,'{"deployment":"deployment-1046","set_id":"set_id-1048","versions":{"versions-1049":"versions-1051"},"created_at":"2026-01-02T03:04:05.000678+00:00"}');
CREATE TABLE variables (
	variable_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	number BIGINT NOT NULL, 
	deployment TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (variable_id)
);
INSERT INTO "variables" VALUES('variable_id-1004','name-1005',1006,'deployment-1008',62,'{"variable_id":"variable_id-1004","name":"name-1005","number":1006,"deployment":"deployment-1008","variable_type":"variable_type-1009","sealed":"sealed-1010","created_at":"2026-01-02T03:04:05.000678+00:00","created_by":null,"options":{},"alternative_names":[],"certificate":null,"signed_by":null,"waiting":false}');
INSERT INTO "variables" VALUES('variable_id-1013','name-1014',1015,'deployment-1017',64,'{"variable_id":"variable_id-1013","name":"name-1014","number":1015,"deployment":"deployment-1017","variable_type":"variable_type-1018","sealed":"sealed-1019","created_at":"2026-01-02T03:04:05.000678+00:00","created_by":1023,"options":{"options-1024":[1,null]},"alternative_names":["alternative_names-1026"],"certificate":{"subject":"subject-1029","not_before":"2026-01-02T03:04:05.000678+00:00","not_after":"2026-01-02T03:04:05.000678+00:00","is_authority":true},"signed_by":"signed_by-1035","waiting":true}');
CREATE TABLE vms (
	agent_id TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (agent_id), 
	CONSTRAINT vms_state CHECK (state IN ('creating', 'running', 'deleting'))
);
INSERT INTO "vms" VALUES('agent_id-367','deployment-369','instance_id-372','creating',10,'{"agent_id":"agent_id-367","deployment":"deployment-369","instance_id":"instance_id-372","state":"creating","stemcell":{"name":"name-376","version":"version-378","os":"os-379"},"cloud_properties":{"cloud_properties-380":[1,null]},"env_digest":"env_digest-381","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-385","cpi":"cpi-387","active":true,"purpose":"purpose-389","created_by":392,"networks":[{"name":"name-396","kind":"kind-397","ip":"10.9.1.148","netmask":"netmask-400","gateway":"10.9.1.151","dns":["dns-403"],"default":["default-405"],"cloud_properties":{"cloud_properties-406":[1,null]},"prefix":408,"nic_group":"nic_group-409"}]}');
INSERT INTO "vms" VALUES('agent_id-411','deployment-413','instance_id-416','running',12,'{"agent_id":"agent_id-411","deployment":"deployment-413","instance_id":"instance_id-416","state":"running","stemcell":{"name":"name-420","version":"version-422","os":"os-423"},"cloud_properties":{"cloud_properties-424":[1,null]},"env_digest":"env_digest-425","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-429","cpi":"cpi-431","active":true,"purpose":"purpose-433","created_by":436,"networks":[{"name":"name-440","kind":"kind-441","ip":"10.9.1.192","netmask":"netmask-444","gateway":"10.9.1.195","dns":["dns-447"],"default":["default-449"],"cloud_properties":{"cloud_properties-450":[1,null]},"prefix":452,"nic_group":"nic_group-453"}]}');
INSERT INTO "vms" VALUES('agent_id-455','deployment-457','instance_id-460','deleting',14,'{"agent_id":"agent_id-455","deployment":"deployment-457","instance_id":"instance_id-460","state":"deleting","stemcell":{"name":"name-464","version":"version-466","os":"os-467"},"cloud_properties":{"cloud_properties-468":[1,null]},"env_digest":"env_digest-469","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-473","cpi":"cpi-475","active":true,"purpose":"purpose-477","created_by":480,"networks":[{"name":"name-484","kind":"kind-485","ip":"10.9.1.236","netmask":"netmask-488","gateway":"10.9.1.239","dns":["dns-491"],"default":["default-493"],"cloud_properties":{"cloud_properties-494":[1,null]},"prefix":496,"nic_group":"nic_group-497"}]}');
INSERT INTO "vms" VALUES('agent_id-499','deployment-501','instance_id-504','deleting',16,'{"agent_id":"agent_id-499","deployment":"deployment-501","instance_id":"instance_id-504","state":"deleting","stemcell":{"name":"name-508","version":"version-510","os":"os-511"},"cloud_properties":{"cloud_properties-512":[1,null]},"env_digest":"env_digest-513","created_at":"2026-01-02T03:04:05.000678+00:00","cid":null,"cpi":"","active":true,"purpose":"instance","created_by":null,"networks":[]}');
INSERT INTO "vms" VALUES('35bf992d-c9e9-4616-a12e-7696a6cecc1b','shop','cd613e30-d8f1-4adf-91b7-584a2265b1f5','creating',86,'{"agent_id":"35bf992d-c9e9-4616-a12e-7696a6cecc1b","deployment":"shop","instance_id":"cd613e30-d8f1-4adf-91b7-584a2265b1f5","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-cff975546dbd2756","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.2","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}]}');
INSERT INTO "vms" VALUES('e4b06ce6-0741-47a8-bce4-2c8218072e8c','shop','1e2feb89-414c-443c-9027-c4d1c386bbc4','creating',88,'{"agent_id":"e4b06ce6-0741-47a8-bce4-2c8218072e8c","deployment":"shop","instance_id":"1e2feb89-414c-443c-9027-c4d1c386bbc4","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-f24aa8d1e03f773d","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.3","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}]}');
INSERT INTO "vms" VALUES('9b810e76-6ec9-4286-a3ca-828dd5f4b3b2','shop','78e51061-7311-48a3-82ce-6f447ed4d57b','creating',90,'{"agent_id":"9b810e76-6ec9-4286-a3ca-828dd5f4b3b2","deployment":"shop","instance_id":"78e51061-7311-48a3-82ce-6f447ed4d57b","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-29c7a9dc654966eb","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.4","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}]}');
CREATE INDEX addresses_instance_id ON addresses (instance_id);
CREATE INDEX configs_kind_name ON configs (kind, name);
CREATE INDEX disks_deployment ON disks (deployment);
CREATE INDEX disks_orphaned ON disks (orphaned);
CREATE INDEX instances_deployment ON instances (deployment);
CREATE INDEX journal_task_id ON journal (task_id, sequence);
CREATE INDEX tasks_deployment ON tasks (deployment);
CREATE INDEX tasks_state ON tasks (state);
CREATE INDEX vms_deployment ON vms (deployment);
CREATE INDEX vms_instance_id ON vms (instance_id);
CREATE UNIQUE INDEX variables_name_number ON variables (name, number);
CREATE INDEX variables_deployment ON variables (deployment);
COMMIT;
