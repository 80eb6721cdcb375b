BEGIN TRANSACTION;
CREATE TABLE addresses (
	ip TEXT NOT NULL, 
	network TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT NOT NULL, 
	PRIMARY KEY (ip)
);
INSERT INTO "addresses" VALUES('10.9.0.16','network-15','deployment-4','instance_id-2');
INSERT INTO "addresses" VALUES('10.9.0.162','network-161','deployment-150','instance_id-148');
INSERT INTO "addresses" VALUES('10.9.1.58','network-307','deployment-296','instance_id-294');
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
INSERT INTO "compiled_packages" VALUES('stemcell_os-1084','stemcell_version-1086','fingerprint-1082','dependency_key-1083',50,'{"package":"package-1081","fingerprint":"fingerprint-1082","dependency_key":"dependency_key-1083","stemcell_os":"stemcell_os-1084","stemcell_version":"stemcell_version-1086","blob":{"blob_id":"blob_id-1089","digest":"digest-1090","size":1091}}');
INSERT INTO "compiled_packages" VALUES('stemcell_os-1096','stemcell_version-1098','fingerprint-1094','dependency_key-1095',52,'{"package":"package-1093","fingerprint":"fingerprint-1094","dependency_key":"dependency_key-1095","stemcell_os":"stemcell_os-1096","stemcell_version":"stemcell_version-1098","blob":{"blob_id":"blob_id-1101","digest":"digest-1102","size":1103}}');
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
INSERT INTO "configs" VALUES(909,'kind-910','name-911',0,38,'{"config_id":909,"kind":"kind-910","name":"name-911","content":"content-912","created_at":"2026-01-02T03:04:05.000678+00:00","deleted":false}');
INSERT INTO "configs" VALUES(915,'kind-916','name-917',1,40,'{"config_id":915,"kind":"kind-916","name":"name-917","content":"content-918","created_at":"2026-01-02T03:04:05.000678+00:00","deleted":true}');
CREATE TABLE counters (
	name TEXT NOT NULL, 
	value BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('config',915);
INSERT INTO "counters" VALUES('task',1159);
CREATE TABLE deployments (
	name TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "deployments" VALUES('name-882',34,'{"name":"name-882","manifest":null,"cloud_config_ids":[],"runtime_config_ids":[],"releases":[],"stemcells":[],"variable_set":""}');
INSERT INTO "deployments" VALUES('name-884',36,'{"name":"name-884","manifest":"manifest-886","cloud_config_ids":[889],"runtime_config_ids":[892],"releases":[["releases-896","releases-898"]],"stemcells":[{"name":"name-902","version":"version-904","os":"os-905"}],"variable_set":"variable_set-907"}');
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
INSERT INTO "disks" VALUES('disk_id-633','deployment-635','instance_id-638','creating',0,18,'{"disk_id":"disk_id-633","deployment":"deployment-635","instance_id":"instance_id-638","state":"creating","size_mib":640,"cloud_properties":{"cloud_properties-641":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-645","cpi":"cpi-647","vm_cid":"vm_cid-650","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-653","az":"az-656","hint":{"hint-658":[1,null]},"variables":{"variables-659":"variables-661"},"name":"name-662","growing_to_mib":664,"growth_refused":true}');
INSERT INTO "disks" VALUES('disk_id-667','deployment-669','instance_id-672','detached',0,20,'{"disk_id":"disk_id-667","deployment":"deployment-669","instance_id":"instance_id-672","state":"detached","size_mib":674,"cloud_properties":{"cloud_properties-675":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-679","cpi":"cpi-681","vm_cid":"vm_cid-684","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-687","az":"az-690","hint":{"hint-692":[1,null]},"variables":{"variables-693":"variables-695"},"name":"name-696","growing_to_mib":698,"growth_refused":true}');
INSERT INTO "disks" VALUES('disk_id-701','deployment-703','instance_id-706','attaching',0,22,'{"disk_id":"disk_id-701","deployment":"deployment-703","instance_id":"instance_id-706","state":"attaching","size_mib":708,"cloud_properties":{"cloud_properties-709":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-713","cpi":"cpi-715","vm_cid":"vm_cid-718","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-721","az":"az-724","hint":{"hint-726":[1,null]},"variables":{"variables-727":"variables-729"},"name":"name-730","growing_to_mib":732,"growth_refused":true}');
INSERT INTO "disks" VALUES('disk_id-735','deployment-737','instance_id-740','attached',0,24,'{"disk_id":"disk_id-735","deployment":"deployment-737","instance_id":"instance_id-740","state":"attached","size_mib":742,"cloud_properties":{"cloud_properties-743":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-747","cpi":"cpi-749","vm_cid":"vm_cid-752","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-755","az":"az-758","hint":{"hint-760":[1,null]},"variables":{"variables-761":"variables-763"},"name":"name-764","growing_to_mib":766,"growth_refused":true}');
INSERT INTO "disks" VALUES('disk_id-769','deployment-771','instance_id-774','detaching',0,26,'{"disk_id":"disk_id-769","deployment":"deployment-771","instance_id":"instance_id-774","state":"detaching","size_mib":776,"cloud_properties":{"cloud_properties-777":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-781","cpi":"cpi-783","vm_cid":"vm_cid-786","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-789","az":"az-792","hint":{"hint-794":[1,null]},"variables":{"variables-795":"variables-797"},"name":"name-798","growing_to_mib":800,"growth_refused":true}');
INSERT INTO "disks" VALUES('disk_id-803','deployment-805','instance_id-808','orphaned',1,28,'{"disk_id":"disk_id-803","deployment":"deployment-805","instance_id":"instance_id-808","state":"orphaned","size_mib":810,"cloud_properties":{"cloud_properties-811":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-815","cpi":"cpi-817","vm_cid":"vm_cid-820","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-823","az":"az-826","hint":{"hint-828":[1,null]},"variables":{"variables-829":"variables-831"},"name":"name-832","growing_to_mib":834,"growth_refused":true}');
INSERT INTO "disks" VALUES('disk_id-837','deployment-839','instance_id-842','deleting',0,30,'{"disk_id":"disk_id-837","deployment":"deployment-839","instance_id":"instance_id-842","state":"deleting","size_mib":844,"cloud_properties":{"cloud_properties-845":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-849","cpi":"cpi-851","vm_cid":"vm_cid-854","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-857","az":"az-860","hint":{"hint-862":[1,null]},"variables":{"variables-863":"variables-865"},"name":"name-866","growing_to_mib":868,"growth_refused":true}');
INSERT INTO "disks" VALUES('disk_id-871','deployment-873','instance_id-876','deleting',0,32,'{"disk_id":"disk_id-871","deployment":"deployment-873","instance_id":"instance_id-876","state":"deleting","size_mib":878,"cloud_properties":{"cloud_properties-879":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":null,"cpi":"","vm_cid":null,"orphaned_at":null,"former_instance":"","az":null,"hint":null,"variables":{},"name":"","growing_to_mib":null,"growth_refused":false}');
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
INSERT INTO "instances" VALUES('instance_id-2','deployment-4','group-6',7,'started',2,'{"instance_id":"instance_id-2","deployment":"deployment-4","group":"group-6","index":7,"az":"az-10","bootstrap":true,"addresses":[{"network":"network-15","ip":"10.9.0.16","static":true}],"run_state":"started","spec":{"deployment":"deployment-22","group":"group-24","index":25,"instance_id":"instance_id-27","az":"az-30","bootstrap":true,"vm":{"stemcell":{"name":"name-35","version":"version-37","os":"os-38"},"cloud_properties":{"cloud_properties-39":[1,null]},"env":{"env-40":[1,null]},"networks":[{"name":"name-44","kind":"kind-45","ip":"10.9.0.46","netmask":"netmask-48","gateway":"10.9.0.49","dns":["dns-51"],"default":["default-53"],"cloud_properties":{"cloud_properties-54":[1,null]},"prefix":56,"nic_group":"nic_group-57"}],"cpi":"cpi-59","env_variables":{"env_variables-60":"env_variables-62"},"cloud_variables":{"cloud_variables-63":"cloud_variables-65"}},"disk":{"size_mib":68,"cloud_properties":{"cloud_properties-69":[1,null]},"disk_type":"disk_type-70","variables":{"variables-71":"variables-73"},"name":"name-74"},"jobs":[{"name":"name-78","release":"release-80","release_version":"release_version-82","fingerprint":"fingerprint-83","has_post_deploy":true}],"packages":[{"name":"name-88","version":"version-89","fingerprint":"fingerprint-90","blob":{"blob_id":"blob_id-94","digest":"digest-95","size":96},"dependency_key":"dependency_key-97"}],"templates":{"configuration_hash":"configuration_hash-99","template_hashes":{"template_hashes-100":"template_hashes-101"},"context_digest":"context_digest-102","blob":{"blob_id":"blob_id-106","digest":"digest-107","size":108}},"canary_watch_time":{"min_ms":110,"max_ms":111},"update_watch_time":{"min_ms":113,"max_ms":114},"properties":{"properties-115":[1,null]},"tags":{"tags-116":"tags-117"},"lifecycle":"lifecycle-118","update_strategy":"update_strategy-119","variable_set":"variable_set-121","link_groups":["link_groups-123"],"dns_aliases":[{"dns_aliases-125":[1,null]}],"named_disks":[{"size_mib":128,"cloud_properties":{"cloud_properties-129":[1,null]},"disk_type":"disk_type-130","variables":{"variables-131":"variables-133"},"name":"name-134"}],"update_after":["update_after-137"]},"converged":true,"converged_by":141,"ignored":true,"resurrection_paused":true,"post_deployed_by":146}');
INSERT INTO "instances" VALUES('instance_id-148','deployment-150','group-152',153,'stopped',4,'{"instance_id":"instance_id-148","deployment":"deployment-150","group":"group-152","index":153,"az":"az-156","bootstrap":true,"addresses":[{"network":"network-161","ip":"10.9.0.162","static":true}],"run_state":"stopped","spec":{"deployment":"deployment-168","group":"group-170","index":171,"instance_id":"instance_id-173","az":"az-176","bootstrap":true,"vm":{"stemcell":{"name":"name-181","version":"version-183","os":"os-184"},"cloud_properties":{"cloud_properties-185":[1,null]},"env":{"env-186":[1,null]},"networks":[{"name":"name-190","kind":"kind-191","ip":"10.9.0.192","netmask":"netmask-194","gateway":"10.9.0.195","dns":["dns-197"],"default":["default-199"],"cloud_properties":{"cloud_properties-200":[1,null]},"prefix":202,"nic_group":"nic_group-203"}],"cpi":"cpi-205","env_variables":{"env_variables-206":"env_variables-208"},"cloud_variables":{"cloud_variables-209":"cloud_variables-211"}},"disk":{"size_mib":214,"cloud_properties":{"cloud_properties-215":[1,null]},"disk_type":"disk_type-216","variables":{"variables-217":"variables-219"},"name":"name-220"},"jobs":[{"name":"name-224","release":"release-226","release_version":"release_version-228","fingerprint":"fingerprint-229","has_post_deploy":true}],"packages":[{"name":"name-234","version":"version-235","fingerprint":"fingerprint-236","blob":{"blob_id":"blob_id-240","digest":"digest-241","size":242},"dependency_key":"dependency_key-243"}],"templates":{"configuration_hash":"configuration_hash-245","template_hashes":{"template_hashes-246":"template_hashes-247"},"context_digest":"context_digest-248","blob":{"blob_id":"blob_id-252","digest":"digest-253","size":254}},"canary_watch_time":{"min_ms":256,"max_ms":257},"update_watch_time":{"min_ms":259,"max_ms":260},"properties":{"properties-261":[1,null]},"tags":{"tags-262":"tags-263"},"lifecycle":"lifecycle-264","update_strategy":"update_strategy-265","variable_set":"variable_set-267","link_groups":["link_groups-269"],"dns_aliases":[{"dns_aliases-271":[1,null]}],"named_disks":[{"size_mib":274,"cloud_properties":{"cloud_properties-275":[1,null]},"disk_type":"disk_type-276","variables":{"variables-277":"variables-279"},"name":"name-280"}],"update_after":["update_after-283"]},"converged":true,"converged_by":287,"ignored":true,"resurrection_paused":true,"post_deployed_by":292}');
INSERT INTO "instances" VALUES('instance_id-294','deployment-296','group-298',299,'detached',6,'{"instance_id":"instance_id-294","deployment":"deployment-296","group":"group-298","index":299,"az":"az-302","bootstrap":true,"addresses":[{"network":"network-307","ip":"10.9.1.58","static":true}],"run_state":"detached","spec":{"deployment":"deployment-314","group":"group-316","index":317,"instance_id":"instance_id-319","az":"az-322","bootstrap":true,"vm":{"stemcell":{"name":"name-327","version":"version-329","os":"os-330"},"cloud_properties":{"cloud_properties-331":[1,null]},"env":{"env-332":[1,null]},"networks":[{"name":"name-336","kind":"kind-337","ip":"10.9.1.88","netmask":"netmask-340","gateway":"10.9.1.91","dns":["dns-343"],"default":["default-345"],"cloud_properties":{"cloud_properties-346":[1,null]},"prefix":348,"nic_group":"nic_group-349"}],"cpi":"cpi-351","env_variables":{"env_variables-352":"env_variables-354"},"cloud_variables":{"cloud_variables-355":"cloud_variables-357"}},"disk":{"size_mib":360,"cloud_properties":{"cloud_properties-361":[1,null]},"disk_type":"disk_type-362","variables":{"variables-363":"variables-365"},"name":"name-366"},"jobs":[{"name":"name-370","release":"release-372","release_version":"release_version-374","fingerprint":"fingerprint-375","has_post_deploy":true}],"packages":[{"name":"name-380","version":"version-381","fingerprint":"fingerprint-382","blob":{"blob_id":"blob_id-386","digest":"digest-387","size":388},"dependency_key":"dependency_key-389"}],"templates":{"configuration_hash":"configuration_hash-391","template_hashes":{"template_hashes-392":"template_hashes-393"},"context_digest":"context_digest-394","blob":{"blob_id":"blob_id-398","digest":"digest-399","size":400}},"canary_watch_time":{"min_ms":402,"max_ms":403},"update_watch_time":{"min_ms":405,"max_ms":406},"properties":{"properties-407":[1,null]},"tags":{"tags-408":"tags-409"},"lifecycle":"lifecycle-410","update_strategy":"update_strategy-411","variable_set":"variable_set-413","link_groups":["link_groups-415"],"dns_aliases":[{"dns_aliases-417":[1,null]}],"named_disks":[{"size_mib":420,"cloud_properties":{"cloud_properties-421":[1,null]},"disk_type":"disk_type-422","variables":{"variables-423":"variables-425"},"name":"name-426"}],"update_after":["update_after-429"]},"converged":true,"converged_by":433,"ignored":true,"resurrection_paused":true,"post_deployed_by":438}');
INSERT INTO "instances" VALUES('instance_id-440','deployment-442','group-444',445,'started',8,'{"instance_id":"instance_id-440","deployment":"deployment-442","group":"group-444","index":445,"az":"az-448","bootstrap":true,"addresses":[],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
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
INSERT INTO "releases" VALUES('name-922','version-924',42,'{"name":"name-922","version":"version-924","manifest":{"name":"name-927","version":"version-929","commit_hash":"commit_hash-930","uncommitted_changes":true,"jobs":[{"name":"name-935","version":"version-936","fingerprint":"fingerprint-937","digest":"digest-938","spec":{"templates":[{"source":"source-942","destination":"destination-943"}],"packages":["packages-946"],"properties":[{"name":"name-949","description":"description-950","default":"default-952"}],"consumes":[{"name":"name-955","type":"type-956","optional":true}],"provides":[{"name":"name-960","type":"type-961","properties":["properties-963"]}],"description":"description-964","properties_schema":"properties_schema-966"}}],"packages":[{"name":"name-970","version":"version-971","fingerprint":"fingerprint-972","digest":"digest-973","dependencies":["dependencies-976"]}],"compiled_packages":[{"name":"name-980","version":"version-981","fingerprint":"fingerprint-982","digest":"digest-983","stemcell_os":"stemcell_os-984","stemcell_version":"stemcell_version-985","dependencies":["dependencies-988"]}]},"blobs":{}}');
INSERT INTO "releases" VALUES('name-990','version-992',44,'{"name":"name-990","version":"version-992","manifest":{"name":"name-995","version":"version-997","commit_hash":"commit_hash-998","uncommitted_changes":true,"jobs":[{"name":"name-1003","version":"version-1004","fingerprint":"fingerprint-1005","digest":"digest-1006","spec":{"templates":[{"source":"source-1010","destination":"destination-1011"}],"packages":["packages-1014"],"properties":[{"name":"name-1017","description":"description-1018","default":"default-1020"}],"consumes":[{"name":"name-1023","type":"type-1024","optional":true}],"provides":[{"name":"name-1028","type":"type-1029","properties":["properties-1031"]}],"description":"description-1032","properties_schema":"properties_schema-1034"}}],"packages":[{"name":"name-1038","version":"version-1039","fingerprint":"fingerprint-1040","digest":"digest-1041","dependencies":["dependencies-1044"]}],"compiled_packages":[{"name":"name-1048","version":"version-1049","fingerprint":"fingerprint-1050","digest":"digest-1051","stemcell_os":"stemcell_os-1052","stemcell_version":"stemcell_version-1053","dependencies":["dependencies-1056"]}]},"blobs":{"blobs-1057":{"blob_id":"blob_id-1060","digest":"digest-1061","size":1062}}}');
CREATE TABLE rotations (
	name TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	phase TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name), 
	CONSTRAINT rotations_phase CHECK (phase IN ('replacing', 'trusting', 'signing', 'dropping'))
);
INSERT INTO "rotations" VALUES('name-1219','deployment-1221','replacing',70,'{"name":"name-1219","deployment":"deployment-1221","phase":"replacing","successors":{"successors-1223":"successors-1225"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1229}');
INSERT INTO "rotations" VALUES('name-1230','deployment-1232','trusting',72,'{"name":"name-1230","deployment":"deployment-1232","phase":"trusting","successors":{"successors-1234":"successors-1236"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1240}');
INSERT INTO "rotations" VALUES('name-1241','deployment-1243','signing',74,'{"name":"name-1241","deployment":"deployment-1243","phase":"signing","successors":{"successors-1245":"successors-1247"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1251}');
INSERT INTO "rotations" VALUES('name-1252','deployment-1254','dropping',76,'{"name":"name-1252","deployment":"deployment-1254","phase":"dropping","successors":{"successors-1256":"successors-1258"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1262}');
INSERT INTO "rotations" VALUES('name-1263','deployment-1265','dropping',78,'{"name":"name-1263","deployment":"deployment-1265","phase":"dropping","successors":{"successors-1267":"successors-1269"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":null}');
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
INSERT INTO "stemcells" VALUES('name-1064','version-1066','',46,'{"name":"name-1064","version":"version-1066","os":"os-1067","cid":"cid-1069","cpi":"","api_version":2}');
INSERT INTO "stemcells" VALUES('name-1071','version-1073','cpi-1078',48,'{"name":"name-1071","version":"version-1073","os":"os-1074","cid":"cid-1076","cpi":"cpi-1078","api_version":1079}');
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
INSERT INTO "tasks" VALUES(1,'shop','processing',98,'{"task_id":1,"state":"processing","description":"a test","kind":"update_deployment","request":{"manifest":"name: shop\nreleases: []\nstemcells: [{alias: default, os: made-up, version: latest}]\nupdate: {canaries: 1, max_in_flight: 2, canary_watch_time: 1000-9000, update_watch_time: 1000-9000}\ninstance_groups:\n- name: idle\n  instances: 3\n  azs: [z1, z2]\n  vm_type: small\n  stemcell: default\n  networks: [{name: default}]\n  jobs: []\n","manifest_name":"manifest.yml","cloud_config_ids":[],"runtime_config_ids":null,"recreate":false,"fix":false,"dry_run":false,"skip_drain":[],"canaries":null,"max_in_flight":null,"plan_basis":{},"force_latest_variables":false,"rotated":[],"max_destroy":null,"only":[],"exclude":[],"deadline_s":null,"on_failure":null,"as_deployed":false},"deployment":"shop","user":"me","created_at":"2026-01-01T00:00:00+00:00","started_at":"2026-01-01T00:00:00+00:00","finished_at":null,"result":null,"context_id":""}');
INSERT INTO "tasks" VALUES(1105,'deployment-1112','cancelled',54,'{"task_id":1105,"state":"cancelled","description":"description-1107","kind":"kind-1108","request":{"request-1109":[1,null]},"deployment":"deployment-1112","user":"user-1113","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-1120","context_id":"context_id-1121"}');
INSERT INTO "tasks" VALUES(1123,'deployment-1130','done',56,'{"task_id":1123,"state":"done","description":"description-1125","kind":"kind-1126","request":{"request-1127":[1,null]},"deployment":"deployment-1130","user":"user-1131","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-1138","context_id":"context_id-1139"}');
INSERT INTO "tasks" VALUES(1141,'deployment-1148','error',58,'{"task_id":1141,"state":"error","description":"description-1143","kind":"kind-1144","request":{"request-1145":[1,null]},"deployment":"deployment-1148","user":"user-1149","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-1156","context_id":"context_id-1157"}');
INSERT INTO "tasks" VALUES(1159,'deployment-1166','done',60,'{"task_id":1159,"state":"done","description":"description-1161","kind":"kind-1162","request":{"request-1163":[1,null]},"deployment":"deployment-1166","user":"user-1167","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":null,"finished_at":null,"result":null,"context_id":""}');
CREATE TABLE variable_sets (
	deployment TEXT NOT NULL, 
	set_id TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (deployment, set_id)
);
INSERT INTO "variable_sets" VALUES('deployment-1204','set_id-1206',66,'{"deployment":"deployment-1204","set_id":"set_id-1206","versions":{"versions-1207":"versions-1209"},"created_at":"2026-01-02T03:04:05.000678+00:00"}');
INSERT INTO "variable_sets" VALUES('deployment-1212','set_id-1214',68,'{"deployment":"deployment-1212","set_id":"set_id-1214","versions":{"versions-1215":"versions-1217"},"created_at":"2026-01-02T03:04:05.000678+00:00"}');
CREATE TABLE variables (
	variable_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	number BIGINT NOT NULL, 
	deployment TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (variable_id)
);
INSERT INTO "variables" VALUES('variable_id-1170','name-1171',1172,'deployment-1174',62,'{"variable_id":"variable_id-1170","name":"name-1171","number":1172,"deployment":"deployment-1174","variable_type":"variable_type-1175","sealed":"sealed-1176","created_at":"2026-01-02T03:04:05.000678+00:00","created_by":null,"options":{},"alternative_names":[],"certificate":null,"signed_by":null,"waiting":false}');
INSERT INTO "variables" VALUES('variable_id-1179','name-1180',1181,'deployment-1183',64,'{"variable_id":"variable_id-1179","name":"name-1180","number":1181,"deployment":"deployment-1183","variable_type":"variable_type-1184","sealed":"sealed-1185","created_at":"2026-01-02T03:04:05.000678+00:00","created_by":1189,"options":{"options-1190":[1,null]},"alternative_names":["alternative_names-1192"],"certificate":{"subject":"subject-1195","not_before":"2026-01-02T03:04:05.000678+00:00","not_after":"2026-01-02T03:04:05.000678+00:00","is_authority":true},"signed_by":"signed_by-1201","waiting":true}');
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
INSERT INTO "vms" VALUES('agent_id-451','deployment-453','instance_id-456','creating',10,'{"agent_id":"agent_id-451","deployment":"deployment-453","instance_id":"instance_id-456","state":"creating","stemcell":{"name":"name-460","version":"version-462","os":"os-463"},"cloud_properties":{"cloud_properties-464":[1,null]},"env_digest":"env_digest-465","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-469","cpi":"cpi-471","active":true,"purpose":"purpose-473","created_by":476,"networks":[{"name":"name-480","kind":"kind-481","ip":"10.9.1.232","netmask":"netmask-484","gateway":"10.9.1.235","dns":["dns-487"],"default":["default-489"],"cloud_properties":{"cloud_properties-490":[1,null]},"prefix":492,"nic_group":"nic_group-493"}],"cloud_variables":{"cloud_variables-494":"cloud_variables-496"},"orphaned_at":"2026-01-02T03:04:05.000678+00:00","dynamic_addresses":[{"network":"network-502","ip":"10.9.2.3","static":true}]}');
INSERT INTO "vms" VALUES('agent_id-506','deployment-508','instance_id-511','running',12,'{"agent_id":"agent_id-506","deployment":"deployment-508","instance_id":"instance_id-511","state":"running","stemcell":{"name":"name-515","version":"version-517","os":"os-518"},"cloud_properties":{"cloud_properties-519":[1,null]},"env_digest":"env_digest-520","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-524","cpi":"cpi-526","active":true,"purpose":"purpose-528","created_by":531,"networks":[{"name":"name-535","kind":"kind-536","ip":"10.9.2.37","netmask":"netmask-539","gateway":"10.9.2.40","dns":["dns-542"],"default":["default-544"],"cloud_properties":{"cloud_properties-545":[1,null]},"prefix":547,"nic_group":"nic_group-548"}],"cloud_variables":{"cloud_variables-549":"cloud_variables-551"},"orphaned_at":"2026-01-02T03:04:05.000678+00:00","dynamic_addresses":[{"network":"network-557","ip":"10.9.2.58","static":true}]}');
INSERT INTO "vms" VALUES('agent_id-561','deployment-563','instance_id-566','deleting',14,'{"agent_id":"agent_id-561","deployment":"deployment-563","instance_id":"instance_id-566","state":"deleting","stemcell":{"name":"name-570","version":"version-572","os":"os-573"},"cloud_properties":{"cloud_properties-574":[1,null]},"env_digest":"env_digest-575","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-579","cpi":"cpi-581","active":true,"purpose":"purpose-583","created_by":586,"networks":[{"name":"name-590","kind":"kind-591","ip":"10.9.2.92","netmask":"netmask-594","gateway":"10.9.2.95","dns":["dns-597"],"default":["default-599"],"cloud_properties":{"cloud_properties-600":[1,null]},"prefix":602,"nic_group":"nic_group-603"}],"cloud_variables":{"cloud_variables-604":"cloud_variables-606"},"orphaned_at":"2026-01-02T03:04:05.000678+00:00","dynamic_addresses":[{"network":"network-612","ip":"10.9.2.113","static":true}]}');
INSERT INTO "vms" VALUES('agent_id-616','deployment-618','instance_id-621','deleting',16,'{"agent_id":"agent_id-616","deployment":"deployment-618","instance_id":"instance_id-621","state":"deleting","stemcell":{"name":"name-625","version":"version-627","os":"os-628"},"cloud_properties":{"cloud_properties-629":[1,null]},"env_digest":"env_digest-630","created_at":"2026-01-02T03:04:05.000678+00:00","cid":null,"cpi":"","active":true,"purpose":"instance","created_by":null,"networks":[],"cloud_variables":{},"orphaned_at":null,"dynamic_addresses":[]}');
INSERT INTO "vms" VALUES('35bf992d-c9e9-4616-a12e-7696a6cecc1b','shop','cd613e30-d8f1-4adf-91b7-584a2265b1f5','creating',86,'{"agent_id":"35bf992d-c9e9-4616-a12e-7696a6cecc1b","deployment":"shop","instance_id":"cd613e30-d8f1-4adf-91b7-584a2265b1f5","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-cff975546dbd2756","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.2","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}],"cloud_variables":{},"orphaned_at":null,"dynamic_addresses":[]}');
INSERT INTO "vms" VALUES('e4b06ce6-0741-47a8-bce4-2c8218072e8c','shop','1e2feb89-414c-443c-9027-c4d1c386bbc4','creating',88,'{"agent_id":"e4b06ce6-0741-47a8-bce4-2c8218072e8c","deployment":"shop","instance_id":"1e2feb89-414c-443c-9027-c4d1c386bbc4","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-f24aa8d1e03f773d","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.3","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}],"cloud_variables":{},"orphaned_at":null,"dynamic_addresses":[]}');
INSERT INTO "vms" VALUES('9b810e76-6ec9-4286-a3ca-828dd5f4b3b2','shop','78e51061-7311-48a3-82ce-6f447ed4d57b','creating',90,'{"agent_id":"9b810e76-6ec9-4286-a3ca-828dd5f4b3b2","deployment":"shop","instance_id":"78e51061-7311-48a3-82ce-6f447ed4d57b","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-29c7a9dc654966eb","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.4","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}],"cloud_variables":{},"orphaned_at":null,"dynamic_addresses":[]}');
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
